#include "harness/report/wire_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace leakrig {
namespace {

using nlohmann::json;

/// Groups that a result names; the others were never more than a few connections.
constexpr std::size_t kMostGroups = 20;

json to_json(const ConnectionGroup& group) {
  json sequence = json::array();
  for (const auto& use : group.sequence)
    sequence.push_back({{"endpoint", use.endpoint}, {"least", use.least}, {"most", use.most}});
  json object{{"server", group.server},
              {"sequence", sequence},
              {"text", sequence_text(group)},
              {"state", group.is_idle ? "idle" : "carrying"},
              {"start", group.at_start},
              {"end", group.at_end},
              {"growth", group.growth},
              {"rate_per_min", group.rate_per_min},
              {"oldest_s", group.oldest_s}};
  if (group.pid != 0) object["pid"] = group.pid;
  if (!group.process.empty()) object["process"] = group.process;
  if (!group.user_agent.empty()) object["user_agent"] = group.user_agent;
  if (group.period)
    object["period"] = {{"every_s", group.period->every_s}, {"containers", group.period->containers}};
  return object;
}

json to_json(const ServerWire& wire, const Wire& all) {
  return {{"requests", wire.requests},
          {"asked_to_close", wire.asked_to_close},
          {"requests_per_connection", wire.requests_per_connection()},
          {"connections_per_min", all.a_minute(wire.connections_opened)},
          {"connections_at_once", wire.at_once},
          {"log_requests", wire.log_requests},
          {"log_followed", wire.log_followed},
          {"endpoints", wire.endpoints},
          {"intervals_s", wire.intervals_s},
          {"user_agents", wire.user_agents},
          {"api_versions", wire.apis}};
}

}  // namespace

void add_connections(const VariantAnalysis& variant, json& object) {
  object["wire"] = json::object();
  for (const auto& [name, wire] : variant.wire.servers)
    object["wire"][name] = to_json(wire, variant.wire);
  object["connections"] = json::array();
  const auto& groups = variant.connections.groups;
  for (std::size_t i = 0; i < std::min(kMostGroups, groups.size()); ++i)
    object["connections"].push_back(to_json(groups[i]));
  object["connection_evidence"] = json::array();
  for (const auto& evidence : variant.connection_evidence) {
    json of = json::array();
    for (const auto& group : evidence.groups) of.push_back(to_json(group));
    object["connection_evidence"].push_back({{"metric", evidence.metric},
                                             {"growth", evidence.metric_growth},
                                             {"connections", evidence.connections},
                                             {"groups", of},
                                             {"parts", evidence.parts},
                                             {"explained", evidence.explained}});
  }
}

json wires_json(const Analysis& analysis) {
  json wires = json::array();
  for (const auto& wire : analysis.wires) {
    json changes = json::array();
    for (const auto& change : wire.changes) {
      json object{{"what", to_string(change.what)},
                  {"server", change.server},
                  {"before", change.before},
                  {"after", change.after}};
      if (!change.which.empty()) object["which"] = change.which;
      changes.push_back(std::move(object));
    }
    wires.push_back({{"variant", wire.variant}, {"inert", wire.inert}, {"changes", changes}});
  }
  return wires;
}

}  // namespace leakrig
