#include <algorithm>

#include "harness/spec/document/json_fields.h"
#include "harness/spec/document/parts.h"

namespace leakrig {

using nlohmann::json;

void fields(Fields& f, SamplingConfig& sampling) {
  f.field("warmup", sampling.warmup);
  f.field("duration", sampling.duration);
  f.field("every", sampling.every);
  f.field("resolution", sampling.resolution);
  f.field("drain", sampling.drain);
  f.field("time_scale", sampling.time_scale);
}

void fields(Fields& f, AnalysisSpec& analysis) {
  f.field("tolerance_per_min", analysis.tolerance_per_min);
  f.field("memory_tolerance_per_min", analysis.memory_tolerance_per_min);
  f.field("confidence", analysis.confidence);
  f.field("also_judge", analysis.also_judge);
}

void fields(Fields& f, LogConfig& logs) {
  f.field("lines_per_s", logs.lines_per_s);
  f.field("bytes", logs.bytes);
  f.field("tty", logs.tty);
  f.field("stderr_every", logs.stderr_every);
  f.field("history", logs.history);
}

void fields(Fields& f, ChurnConfig& churn) {
  f.field("lifetime", churn.lifetime);
  f.field("restart_after", churn.restart_after);
  f.field("even", churn.even);
}

void fields(Fields& f, FleetGroup& group) {
  f.field("containers", group.containers);
  f.field("name", group.name);
  f.field("image", group.image);
  f.field("labels", group.labels);
  f.field("ports", group.ports);
  f.field("health", group.health);
  f.field("log_driver", group.log_driver);
  f.part("logs", group.logs);
  f.part("churn", group.churn);
}

/// Without its groups, which begin as the whole fleet is.
void fields(Fields& f, FleetConfig& fleet) {
  f.field("containers", fleet.containers);
  f.field("seed", fleet.seed);
  f.part("logs", fleet.logs);
  f.part("churn", fleet.churn);
}

void fields(Fields& f, Bounds& bounds) {
  f.field("at_least", bounds.at_least);
  f.field("at_most", bounds.at_most);
}

/// Sets the groups, and the number of containers where it is not said.
static void read_groups(const json& fleet, FleetConfig& config) {
  std::size_t in_groups = 0;
  for (const auto& each : fleet.value("groups", json::array())) {
    FleetGroup group;
    group.logs = config.logs;
    group.churn = config.churn;
    read_into(group, each, "/fleet/groups/" + std::to_string(config.groups.size()));
    in_groups += group.containers;
    config.groups.push_back(std::move(group));
  }
  if (!config.groups.empty() && !fleet.contains("containers")) config.containers = in_groups;
}

Setup setup_of(const json& document) {
  Setup setup;
  const auto part = [&](const char* key, auto& value) {
    if (document.contains(key)) read_into(value, document.at(key), std::string{"/"} + key);
  };
  if (document.contains("subject")) setup.subject = subject_of(document.at("subject"), "/subject");
  if (setup.subject.command() != nullptr || setup.subject.attached() != nullptr) {
    setup.sampling.time_scale = 1;
    if (!setup.subject.asks_for_docker()) setup.fleet.containers = 0;
  }
  part("sampling", setup.sampling);
  part("analysis", setup.analysis);
  part("fleet", setup.fleet);
  if (document.contains("fleet")) read_groups(document.at("fleet"), setup.fleet);
  if (!document.contains("fleet") || !document.at("fleet").contains("faults")) return setup;
  for (const auto& fault : document.at("fleet").at("faults"))
    setup.faults.push_back(fault_of(fault, "/fleet/faults/" + std::to_string(setup.faults.size())));
  return setup;
}

json json_of(const Setup& setup) {
  json document{{"sampling", written(setup.sampling)},
                {"analysis", written(setup.analysis)},
                {"fleet", written(setup.fleet)},
                {"subject", json_of(setup.subject)}};
  for (const auto& group : setup.fleet.groups) document["fleet"]["groups"].push_back(written(group));
  document["fleet"]["faults"] = json::array();
  for (const auto& fault : setup.faults) document["fleet"]["faults"].push_back(json_of(fault));
  return document;
}

}  // namespace leakrig
