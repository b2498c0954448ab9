#include "harness/spec/collector_text.h"

#include <nlohmann/json.hpp>

#include "harness/core/bounded_json.h"
#include "harness/spec/document/json_fields.h"
#include "harness/spec/document/parts.h"
#include "harness/spec/document/schema_check.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// What the rig adds to the scenario's part.
struct RigsPart {
  std::string docker_host;
  std::string loki_url;
  double time_scale = 1;
};

void fields(Fields& f, RigsPart& part) {
  f.field("docker_host", part.docker_host);
  f.field("loki_url", part.loki_url);
  f.field("time_scale", part.time_scale);
}

}  // namespace

std::string collector_text(const CollectorConfig& config) {
  json object = json_of(config);
  object.update(written(RigsPart{config.docker_host, config.loki_url, config.time_scale}));
  return object.dump(2) + "\n";
}

CollectorConfig parse_collector(const std::string& text, const std::string& source) {
  json object = parse_json(text);
  if (!object.is_object()) throw ScenarioError(source, {{"", "expected an object"}});
  CollectorConfig defaults;
  RigsPart rigs{defaults.docker_host, defaults.loki_url, defaults.time_scale};
  read_into(rigs, object);
  const json of_rig = written(rigs);
  for (const auto& [key, value] : of_rig.items()) object.erase(key);
  Problems problems = check_schema_part(object, "/subject/collector");
  if (!(rigs.time_scale > 0)) problems.push_back({"/time_scale", "expected a number above zero"});
  if (!problems.empty()) throw ScenarioError(source, std::move(problems));
  CollectorConfig config = collector_of(object);
  config.docker_host = rigs.docker_host;
  config.loki_url = rigs.loki_url;
  config.time_scale = rigs.time_scale;
  return config;
}

}  // namespace leakrig
