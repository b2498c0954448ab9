#include "harness/probe/node_probe.h"

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/core/error.h"
#include "harness/core/http_url.h"
#include "harness/probe/http_fetch.h"
#include "harness/probe/web_socket.h"

namespace leakrig {
namespace {

constexpr std::chrono::seconds kLongestAnswer{2};
constexpr std::size_t kMostAnswer = std::size_t{1} << 20U;
constexpr int kMostMessages = 16;  // an inspector may tell of events between
constexpr const char* kExpression =
    "JSON.stringify({handles: process.getActiveResourcesInfo ? process.getActiveResourcesInfo() : [],"
    " heap: require('v8').getHeapSpaceStatistics().map(s => [s.space_name, s.space_used_size])})";

class NodeProbe final : public Probe {
 public:
  explicit NodeProbe(const HttpUrl& url) : socket_(url, kLongestAnswer, kMostAnswer) {}

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
    const nlohmann::json question{{"id", ++id_},
                                  {"method", "Runtime.evaluate"},
                                  {"params",
                                   {{"expression", kExpression}, {"includeCommandLineAPI", true}, {"returnByValue", true}}}};
    socket_.send(question.dump());
    for (int i = 0; i < kMostMessages; ++i) {
      const std::string message = socket_.receive();
      const auto answer = nlohmann::json::parse(message, nullptr, false);
      if (!answer.is_object() || answer.value("id", 0) != id_) continue;
      return add_node_groups(message, groups);
    }
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
