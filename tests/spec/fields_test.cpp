// The defaults stand in the types; what the schema says of them, for people and editors, is held to that
// here.
#include <gtest/gtest.h>

#include <set>

#include "harness/core/units.h"
#include "harness/spec/document/json_fields.h"
#include "harness/spec/document/parts.h"
#include "harness/spec/document/schema_check.h"

namespace leakrig {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

const json& resolved(const json& schema) {
  const auto ref = schema.find("$ref");
  return ref == schema.end() ? schema : schema_document().at(Pointer{ref->get<std::string>().substr(1)});
}

bool is_nothing(const json& value) {
  return value == "" || value == 0 || value == "0s" || value == false || value.empty();
}

/// "90s" is "1m30s".
bool means_the_same(const json& a, const json& b) {
  if (a == b) return true;
  return a.is_string() && b.is_string() && parse_duration(a.get<std::string>()) &&
         parse_duration(a.get<std::string>()) == parse_duration(b.get<std::string>());
}

/// Every key of the type is a key of the schema and the other way round, and each has the schema's default.
/// What has none there has nothing in the type.
void expect_same(const json& written, const json& schema, const std::set<std::string>& only_in_schema = {}) {
  const json& properties = schema.at("properties");
  for (const auto& [key, value] : written.items()) {
    SCOPED_TRACE(key);
    ASSERT_TRUE(properties.contains(key));
    const json& property = properties.at(key);
    if (resolved(property).contains("properties") && value.is_object() && key != "defects") {
      expect_same(value, resolved(property));
    } else if (property.contains("default")) {
      EXPECT_TRUE(means_the_same(value, property.at("default"))) << value;
    } else {
      EXPECT_TRUE(is_nothing(value)) << value;
    }
  }
  for (const auto& [key, property] : properties.items()) {
    EXPECT_TRUE(written.contains(key) || only_in_schema.contains(key)) << key;
  }
}

void expect_same(const json& written, const char* pointer, const std::set<std::string>& only_in_schema = {}) {
  SCOPED_TRACE(pointer);
  expect_same(written, schema_document().at(Pointer{pointer}), only_in_schema);
}

TEST(Schema, HasTheDefaultsOfTheTypes) {
  expect_same(written(SamplingConfig{}), "/properties/sampling");
  expect_same(written(AnalysisSpec{}), "/properties/analysis",
              {"tolerance_per_min", "memory_tolerance_per_min"});
  expect_same(written(FleetConfig{}), "/properties/fleet", {"churn", "faults", "groups"});
  expect_same(written(FleetGroup{}), "/properties/fleet/properties/groups/items", {"churn"});
  expect_same(written(ChurnConfig{}), "/properties/fleet/properties/churn");
  expect_same(json_of(CollectorConfig{}), "/properties/subject/properties/collector");
  expect_same(written(DefectConfig{}), "/definitions/defect");
  expect_same(written(ProbesSpec{}), "/properties/subject/properties/probes", {"metrics"});
  expect_same(written(Bounds{}), "/definitions/bounds", {"at_least", "at_most"});
  json subject = json_of(SubjectSpec{});
  subject.erase("probes");
  subject.update(written(CommandConfig{}));
  expect_same(subject, "/properties/subject", {"collector", "pid", "probes"});
}

TEST(Schema, HasTheKeysOfAFault) {
  json fault = written(FaultConfig{});
  fault["status"] = 0;  // has to be stated where it counts
  fault["kind"] = "";
  expect_same(fault, "/properties/fleet/properties/faults/items", {"from", "to"});
}

TEST(Schema, HasTheDefaultsOfAScenario) {
  const json& properties = schema_document().at("properties");
  const ScenarioSpec scenario;
  EXPECT_EQ(properties.at("jobs").at("default"), scenario.jobs);
  EXPECT_EQ(properties.at("replicates").at("default"), scenario.replicates);
  EXPECT_EQ(properties.at("controls").at("default"), scenario.wants_controls);
}

TEST(Fields, ReadAndWriteTheSame) {
  const auto document = json::parse(R"({
    "sampling":{"warmup":"3s","duration":"4m","every":"30s","resolution":"500ms","drain":"9s","time_scale":1.0},
    "analysis":{"tolerance_per_min":3.5,"memory_tolerance_per_min":7.0,"confidence":0.9,"also_judge":["rss_bytes"]},
    "fleet":{"containers":3,"seed":9,"logs":{"lines_per_s":0.5,"bytes":200,"tty":true,"stderr_every":4,"history":7},
      "churn":{"lifetime":"10m","restart_after":"6s","even":true},
      "groups":[{"containers":2,"name":"job","image":"i:1","labels":{"a":"b"},"ports":["80"],"health":"starting","log_driver":"none",
        "logs":{"lines_per_s":1.5,"bytes":100,"tty":false,"stderr_every":0,"history":1},"churn":{"lifetime":"5m","restart_after":"1s","even":false}}],
      "faults":[{"kind":"drip","endpoint":"*","container":"web-*","probability":0.5,"bytes":3,"every":"100ms"}]},
    "subject":{"command":["x","y"],"env":{"A":"b"},"files":{"f":"t"},"working_directory":"/w","docker_socket_at":"/s",
      "reset":["r"],"ready":{"line":"","port":"80","http":"","timeout":"5s"},"stop":{"signal":"SIGINT","grace":"1s"},
      "paced_by":"fleet","collects":false,"probes":{"pprof":"http://p","pprof_form":"counts","pprof_leaks":true,
      "allocations":true,"children":false,"metrics":{"url":"http://m","read":{"a":"b"}}}}})");
  EXPECT_EQ(json_of(setup_of(document)), document);
}

}  // namespace
}  // namespace leakrig
