// The control endpoint, under a prefix of its own: no part of Docker's API, and off unless asked for.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/core/bounded_json.h"
#include "harness/core/units.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"
#include "harness/spec/faults_text.h"
#include "harness/spec/problem.h"

namespace leakrig::api {
namespace {

json counters_json(const LiveCounters& counters) {
  return {{"open_connections", counters.open_connections.load()},
          {"open_streams", counters.open_streams.load()},
          {"running_containers", counters.running_containers.load()},
          {"connections", counters.connections.load()},
          {"refused", counters.refused.load()},
          {"requests", counters.requests.load()},
          {"lines_sent", counters.lines_sent.load()},
          {"lines_late", counters.lines_late.load()}};
}

constexpr std::string_view kFollow = "GET /containers/{id}/logs?follow=1";

/// Of each process and container, the newest log stream; older ones have been superseded by it.
class NewestStreams {
 public:
  void add(const OpenRequest& open) {
    if (open.request == nullptr || open.request->endpoint != kFollow) return;
    auto& newest = newest_[key(open)];
    newest = std::max(newest, open.request->id);
  }
  bool superseded(const OpenRequest& open) const {
    if (open.request->endpoint != kFollow) return false;
    const auto found = newest_.find(key(open));
    return found != newest_.end() && found->second > open.request->id;
  }

 private:
  static std::pair<pid_t, std::string> key(const OpenRequest& open) {
    return {open.connection->peer_pid, open.request->container};
  }
  std::map<std::pair<pid_t, std::string>, std::uint64_t> newest_;
};

json open_json(const Daemon& daemon, const OpenRequest& open, const NewestStreams& newest) {
  json entry{{"connection", open.connection->id},
             {"peer_pid", open.connection->peer_pid},
             {"opened_s", to_seconds(open.connection->opened)},
             {"bytes", open.connection->bytes}};
  if (open.request == nullptr) return entry;
  const auto& request = *open.request;
  const bool superseded = newest.superseded(open);
  bool has_ended = false;
  if (request.endpoint == kFollow) {
    const auto named = daemon.fleet.named(request.container);
    has_ended = !named || !daemon.fleet.at(*named).is_running();
  }
  entry["request"] = {{"request", request.id},          {"endpoint", request.endpoint},
                      {"container", request.container}, {"opened_s", to_seconds(request.opened)},
                      {"bytes", request.bytes},         {"lines", request.lines},
                      {"superseded", superseded},       {"orphan", superseded || has_ended}};
  return entry;
}

json faults_json(const Daemon& daemon) {
  return json::parse(faults_text(daemon.faults.faults()));
}

}  // namespace

Answer control_ledger(Daemon& daemon, const Request&) {
  NewestStreams newest;
  const auto& each = daemon.control.each_open;
  each([&newest](const OpenRequest& open) { newest.add(open); });
  auto open_list = json::array();
  each([&](const OpenRequest& open) { open_list.push_back(open_json(daemon, open, newest)); });
  auto closed_list = json::array();
  for (const auto& entry : daemon.ledger.recent()) closed_list.push_back(json(to_json(entry)));
  return json_reply({{"t_s", to_seconds(daemon.clock.now())},
                     {"counters", counters_json(daemon.counters)},
                     {"open", open_list},
                     {"closed", closed_list}});
}

Answer control_faults(Daemon& daemon, const Request&) {
  return json_reply(faults_json(daemon));
}

Answer control_set_faults(Daemon& daemon, const Request& request) {
  std::vector<FaultConfig> faults;
  try {
    faults = parse_faults(request.body);
  } catch (const JsonError& e) {
    throw api_error::bad_parameter(std::string{"the body must be a JSON list of faults, as in a scenario: "} +
                                   e.what());
  } catch (const ScenarioError& e) {
    throw api_error::bad_parameter(e.what());
  }
  daemon.faults.replace(std::move(faults));
  daemon.control.faults_changed();
  return json_reply(faults_json(daemon));
}

Answer control_clear_faults(Daemon& daemon, const Request&) {
  daemon.faults.replace({});
  daemon.control.faults_changed();
  return json_reply(json::array());
}

Answer control_restart(Daemon& daemon, const Request& request) {
  const auto text = request.param("down_for");
  const auto down_for = text.empty() ? Nanos{0} : parse_duration(text);
  if (!down_for) throw api_error::bad_parameter("down_for must be a duration such as 2s");
  daemon.control.restart(*down_for);
  return json_reply(json::object());
}

}  // namespace leakrig::api
