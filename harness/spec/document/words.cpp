#include "harness/spec/document/words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace leakrig {
namespace {

/// What other tools call it, and what it is called here.
constexpr auto kAliases = std::to_array<std::pair<const char*, const char*>>({
    {"cwd", "working_directory"},
    {"workdir", "working_directory"},
    {"working_dir", "working_directory"},
    {"workingDirectory", "working_directory"},
    {"directory", "working_directory"},
    {"argv", "command"},
    {"args", "command"},
    {"cmd", "command"},
    {"exec", "command"},
    {"run", "command"},
    {"environment", "env"},
    {"process", "pid"},
    {"program", "subject"},
    {"target", "subject"},
    {"sut", "subject"},
    {"readiness", "ready"},
    {"wait_for", "ready"},
    {"healthcheck", "ready"},
    {"log", "line"},
    {"url", "http"},
    {"tcp", "port"},
    {"kill_signal", "signal"},
    {"timeout", "grace"},
    {"socket_at", "docker_socket_at"},
    {"docker_socket", "docker_socket_at"},
    {"setup", "reset"},
    {"before", "reset"},
    {"templates", "files"},
    {"warm_up", "warmup"},
    {"length", "duration"},
    {"interval", "every"},
    {"period", "every"},
    {"step", "resolution"},
    {"speed", "time_scale"},
    {"scale", "time_scale"},
    {"timeScale", "time_scale"},
    {"tolerance", "tolerance_per_min"},
    {"threshold", "tolerance_per_min"},
    {"judge", "also_judge"},
    {"metrics", "also_judge"},
    {"count", "containers"},
    {"size", "containers"},
    {"rate", "lines_per_s"},
    {"lines_per_sec", "lines_per_s"},
    {"lines_per_second", "lines_per_s"},
    {"line_bytes", "bytes"},
    {"expected", "expect"},
    {"expectations", "expect"},
    {"assert", "expect"},
    {"replicas", "replicates"},
    {"repeat", "replicates"},
    {"runs", "replicates"},
    {"parallel", "jobs"},
    {"concurrency", "jobs"},
    {"control", "reference"},
    {"versus_control", "versus_reference"},
    {"MaxConnsPerHost", "max_conns_per_host"},
    {"MaxIdleConns", "max_idle_conns"},
    {"MaxIdleConnsPerHost", "max_idle_conns_per_host"},
    {"IdleConnTimeout", "idle_conn_timeout"},
    {"ResponseHeaderTimeout", "response_header_timeout"},
    {"DisableKeepAlives", "disable_keep_alives"},
    {"keep_alive", "disable_keep_alives"},
    {"keepalive", "disable_keep_alives"},
});

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> nearest_word(const std::string& word, const std::vector<std::string>& candidates) {
  for (const auto& [alias, meant] : kAliases) {
    if (word == alias && std::find(candidates.begin(), candidates.end(), meant) != candidates.end())
      return meant;
  }
  constexpr std::size_t kLongest = 200;  // what is longer is no slip of the pen
  if (word.size() > kLongest) return std::nullopt;
  std::optional<std::string> best;
  std::size_t smallest = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    if (const auto distance = edit_distance(word, candidate); distance < smallest && distance < word.size()) {
      smallest = distance;
      best = candidate;
    }
  }
  return best;
}

std::string hint(const std::string& word, const std::vector<std::string>& candidates) {
  const auto near = nearest_word(word, candidates);
  return near ? fmt::format(", did you mean \"{}\"?", *near) : "";
}

std::string hint_with_list(const std::string& word, const std::vector<std::string>& candidates) {
  return fmt::format("{}; there are: {}", hint(word, candidates), fmt::join(candidates, ", "));
}

}  // namespace leakrig
