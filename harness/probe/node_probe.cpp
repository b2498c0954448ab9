#include "harness/probe/node_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/http_url.h"
#include "harness/probe/http_fetch.h"
#include "harness/probe/web_socket.h"

namespace leakrig {
namespace {

constexpr std::chrono::seconds kLongestAnswer{2};
constexpr std::size_t kMostAnswer = std::size_t{16} << 20U;
constexpr std::size_t kMostPlaces = 100;
constexpr int kMostMessages = 16;  // an inspector may tell of events between
constexpr const char* kExpression =
    "JSON.stringify({handles: process.getActiveResourcesInfo ? process.getActiveResourcesInfo() : [],"
    " heap: require('v8').getHeapSpaceStatistics().map(s => [s.space_name, s.space_used_size])})";

class NodeProbe final : public Probe {
 public:
  explicit NodeProbe(const HttpUrl& url) : socket_(url, kLongestAnswer, kMostAnswer) {
    // What is alive of one allocation in 32 KiB, V8's own interval.
    command("HeapProfiler.enable", nlohmann::json::object());
    command("HeapProfiler.startSampling", nlohmann::json::object());
  }

  std::string name() const override { return "node"; }
  std::string problem() const override { return problem_; }
  bool read(ProbeValues&) override { return true; }
  bool read_row(ProbeValues&, Groups& groups) override {
    if (!problem_.empty()) return false;
    try {
      ask(groups);
    } catch (const std::exception& error) {
      problem_ = std::string{"the inspector does not answer: "} + error.what();
    }
    return problem_.empty();
  }

 private:
  void ask(Groups& groups) {
    add_node_groups(command("Runtime.evaluate",
                            {{"expression", kExpression}, {"includeCommandLineAPI", true}, {"returnByValue", true}}),
                    groups);
    add_node_allocations(command("HeapProfiler.getSamplingProfile", nlohmann::json::object()), groups);
  }

  /// The inspector's answer; empty if it only told of other things.
  std::string command(const char* method, const nlohmann::json& parameters) {
    socket_.send(nlohmann::json{{"id", ++id_}, {"method", method}, {"params", parameters}}.dump());
    for (int i = 0; i < kMostMessages; ++i) {
      std::string message = socket_.receive();
      const auto answer = nlohmann::json::parse(message, nullptr, false);
      if (answer.is_object() && answer.value("id", 0) == id_) return message;
    }
    return {};
  }

  WebSocket socket_;
  int id_ = 0;
  std::string problem_;
};

/// Where the first script of the inspector's list is debugged: "ws://HOST:PORT/ID".
std::optional<HttpUrl> debugger_of(const std::string& url) {
  const auto server = parse_http_url(url);
  if (!server) return std::nullopt;
  const auto list = HttpFetcher(*server).get("/json/list");
  const auto scripts = nlohmann::json::parse(list.body, nullptr, false);
  if (!list.ok || !scripts.is_array() || scripts.empty() || !scripts[0].is_object()) return std::nullopt;
  const auto address = scripts[0].find("webSocketDebuggerUrl");
  if (address == scripts[0].end() || !address->is_string()) return std::nullopt;
  const std::string text = address->get<std::string>();
  return text.starts_with("ws://") ? parse_http_url("http" + text.substr(2)) : std::nullopt;
}

}  // namespace

void add_node_groups(std::string_view message, Groups& groups) {
  const auto answer = nlohmann::json::parse(message, nullptr, false);
  const nlohmann::json::json_pointer place{"/result/result/value"};
  if (!answer.is_object() || !answer.contains(place) || !answer.at(place).is_string()) return;
  const auto told = nlohmann::json::parse(answer.at(place).get<std::string>(), nullptr, false);
  if (!told.is_object()) return;
  for (const auto& handle : told.value("handles", nlohmann::json::array())) {
    if (handle.is_string()) ++groups["node_handle"][handle.get<std::string>()];
  }
  constexpr double kKiB = 1024;
  for (const auto& space : told.value("heap", nlohmann::json::array())) {
    if (space.is_array() && space.size() == 2 && space[0].is_string() && space[1].is_number())
      groups["node_heap"][space[0].get<std::string>() + ", KiB"] = std::floor(space[1].get<double>() / kKiB);
  }
}

namespace {

/// "handle (server.js:12)" of a program's own function; empty for Node's and the engine's.
std::string place_of(const nlohmann::json& frame) {
  const std::string url = frame.value("url", "");
  if (url.empty() || url.starts_with("node:")) return {};
  const std::string function = frame.value("functionName", "");
  return fmt::format("{} ({}:{})", function.empty() ? "(anonymous)" : function, url.substr(url.rfind('/') + 1),
                     frame.value("lineNumber", 0) + 1);
}

/// Bytes by the innermost function of the program itself. `depth` is bounded by the parser's.
void add_live_bytes(const nlohmann::json& node, std::string place, int depth, std::map<std::string, double>& bytes) {
  constexpr int kDeepest = 512;
  if (!node.is_object() || depth > kDeepest) return;
  if (const auto frame = node.find("callFrame"); frame != node.end() && frame->is_object()) {
    if (auto own = place_of(*frame); !own.empty()) place = std::move(own);
  }
  if (!place.empty()) bytes[place] += node.value("selfSize", 0.0);
  for (const auto& child : node.value("children", nlohmann::json::array()))
    add_live_bytes(child, place, depth + 1, bytes);
}

}  // namespace

void add_node_allocations(std::string_view message, Groups& groups) {
  const auto answer = nlohmann::json::parse(message, nullptr, false);
  const nlohmann::json::json_pointer place{"/result/profile/head"};
  if (!answer.is_object() || !answer.contains(place)) return;
  std::map<std::string, double> bytes;
  add_live_bytes(answer.at(place), "", 0, bytes);
  std::vector<std::pair<double, std::string>> largest;
  for (const auto& [name, size] : bytes) largest.emplace_back(size, name);
  std::sort(largest.rbegin(), largest.rend());
  if (largest.size() > kMostPlaces) largest.resize(kMostPlaces);
  constexpr double kKiB = 1024;
  for (const auto& [size, name] : largest) {
    if (size >= kKiB) groups["node_allocation"][name + ", KiB"] = std::floor(size / kKiB);
  }
}

std::unique_ptr<Probe> connect_to_node(const std::string& url) {
  const auto debugger = debugger_of(url);
  if (!debugger) return nullptr;
  try {
    return std::make_unique<NodeProbe>(*debugger);
  } catch (const std::exception&) {
    return nullptr;  // it is a help, and not required
  }
}

}  // namespace leakrig
