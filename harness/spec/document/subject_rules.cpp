#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/bounded_json.h"
#include "harness/core/placeholders.h"
#include "harness/core/sink_kinds.h"
#include "harness/spec/document/rules.h"
#include "harness/spec/document/words.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// Options of the collector that contradict each other.
void check_collector(const json& collector, const CollectorConfig& config, Problems& problems) {
  const std::string at = "/subject/collector/container_monitor";
  const ContainerMonitorConfig& monitor = config.container_monitor;
  const bool limited = monitor.stream_limit.max > 0;
  if (collector.contains(json::json_pointer{"/container_monitor/stream_limit/at_limit"}) && !limited)
    problems.push_back(
        {at + "/stream_limit/at_limit", "goes with a \"max\" above 0: without one there is no limit", true});
  if (monitor.follow) return;
  const auto contradicts = [&](bool is_set, const char* key) {
    if (is_set)
      problems.push_back(
          {at + "/" + key, "goes with \"follow\": true; a collector that polls keeps no streams", true});
  };
  contradicts(limited, "stream_limit");
  contradicts(monitor.rotate_every > Nanos{0}, "rotate_every");
  contradicts(monitor.stream_idle_timeout > Nanos{0}, "stream_idle_timeout");
}

void check_files(const CommandConfig& command, Problems& problems) {
  for (const auto& [name, content] : command.files) {
    const bool plain =
        !name.empty() && name.size() <= 200 && name.front() != '/' && name.find("..") == std::string::npos &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") ==
            std::string::npos;
    if (!plain) {
      problems.push_back(
          {"/subject/files/" + pointer_token(name),
           "a file's name is a relative path of letters, digits, '.', '_', '-' and '/', without \"..\"",
           true});
    }
  }
}

/// A placeholder that is none would reach the program as it stands, which nobody means.
void check_placeholders(const SubjectSpec& subject, Problems& problems) {
  const auto* command = subject.command();
  for (const auto& [pointer, text] : texts_of(subject)) {
    for (const auto& name : placeholders_in(text)) {
      const auto at = [&](const std::string& message) {
        problems.push_back({"/subject" + pointer, fmt::format("{{{}}}: {}", name, message)});
      };
      const auto& known = known_placeholders();
      const auto colon = name.find(':');
      const std::string stem = colon == std::string::npos ? name : name.substr(0, colon + 1);
      if (command == nullptr) {
        at("placeholders go with \"command\" only");
      } else if (std::find(known.begin(), known.end(), stem) == known.end()) {
        const bool lacks_argument =
            colon == std::string::npos && std::find(known.begin(), known.end(), name + ":") != known.end();
        const auto near = lacks_argument ? std::optional{name + ":"} : nearest_word(name, known);
        at(fmt::format(
            "no such placeholder{}; there are {{docker_host}}, {{docker_socket}}, {{loki_url}}, {{sink_url:KIND}}, "
            "{{sink_address:KIND}}, {{run_dir}}, {{state_dir}}, {{port:NAME}} and {{file:NAME}}; {{{{{}}}}} stands for {{{}}} itself",
            near ? fmt::format(", did you mean {{{}{}}}?", *near, near->ends_with(':') ? "NAME" : "") : "",
            name, name));
      } else if (const bool sink = stem == "sink_url:" || stem == "sink_address:";
                 sink && std::find(sink_kinds().begin(), sink_kinds().end(), name.substr(stem.size())) ==
                             sink_kinds().end()) {
        at("no such kind of sink" + hint_with_list(name.substr(stem.size()), sink_kinds()));
      } else if (stem == "file:" && !command->files.contains(name.substr(stem.size()))) {
        std::vector<std::string> files;
        for (const auto& [file, content] : command->files) files.push_back(file);
        at(fmt::format("no such file in \"files\"{}",
                       files.empty() ? ", which is empty" : hint_with_list(name.substr(stem.size()), files)));
      }
    }
  }
}

void check_command(const json& subject, const CommandConfig& command, Problems& problems) {
  if (command.argv.front().empty()) problems.push_back({"/subject/command/0", "names no program"});
  if (!command.docker_socket_at.empty() && !command.docker_socket_at.starts_with('/'))
    problems.push_back({"/subject/docker_socket_at", "is no absolute path, such as /var/run/docker.sock", true});
  if (const int checks = int{!command.ready.line.empty()} + int{!command.ready.port.empty()} +
                         int{!command.ready.http.empty()};
      checks > 1) {
    problems.push_back({"/subject/ready", "takes one of \"line\", \"port\" and \"http\""});
  }
  check_files(command, problems);
  if (subject.contains("env")) {
    for (const auto& [name, value] : command.env) {
      if (name.empty() || name.find('=') != std::string::npos || name.find('\0') != std::string::npos)
        problems.push_back({"/subject/env/" + pointer_token(name), "is no name of a variable", true});
    }
  }
}

}  // namespace

Problems check_subject(const json& subject, const Setup& setup) {
  Problems problems;
  std::vector<std::string> kinds;
  for (const char* kind : {"collector", "command", "pid"}) {
    if (subject.contains(kind)) kinds.emplace_back(kind);
  }
  if (kinds.size() != 1) {
    return {{"/subject", fmt::format("needs exactly one of \"collector\", \"command\" and \"pid\", has {}",
                                     kinds.empty() ? "none" : fmt::format("{}", fmt::join(kinds, " and ")))}};
  }
  const std::string& kind = kinds.front();
  for (const char* key :
       {"env", "files", "working_directory", "docker_socket_at", "reset", "ready", "stop", "paced_by"}) {
    if (kind != "command" && subject.contains(key))
      problems.push_back({fmt::format("/subject/{}", key), "goes with \"command\" only", true});
  }
  if (kind == "collector" && subject.contains("probes"))
    problems.push_back({"/subject/probes", "goes with \"command\" and \"pid\" only", true});
  const auto* command = setup.subject.command();
  if (kind != "collector" && setup.sampling.time_scale != 1 &&
      (command == nullptr || !command->paced_by_fleet)) {
    problems.push_back(
        {"/sampling/time_scale",
         fmt::format(
             "must be 1 with \"{}\": time_scale scales the fleet but not the subject's own timers, so a "
             "rate per scenario minute would mislead (or say \"paced_by\": \"fleet\" if only the fleet "
             "drives its growth)",
             kind)});
  }
  if (setup.subject.probes.allocations && setup.subject.probes.pprof.empty())
    problems.push_back(
        {"/subject/probes/allocations", "goes with \"pprof\": they are read from heap profiles", true});
  if (command != nullptr) check_command(subject, *command, problems);
  check_placeholders(setup.subject, problems);
  if (const auto* collector = setup.subject.collector())
    check_collector(subject.at("collector"), *collector, problems);
  return problems;
}

}  // namespace leakrig
