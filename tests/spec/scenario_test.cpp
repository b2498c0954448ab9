#include "harness/spec/scenario.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/core/error.h"

namespace leakrig {
namespace {

using namespace std::chrono_literals;

std::string message_of(const std::string& text, const ScenarioOverrides& overrides = {}) {
  try {
    parse_scenario(text, "s.json", overrides);
  } catch (const UsageError& e) {
    return e.what();
  }
  return "no error";
}

void expect_said(const std::string& text, const std::string& said, const ScenarioOverrides& overrides = {}) {
  const std::string message = message_of(text, overrides);
  EXPECT_NE(message.find(said), std::string::npos) << message;
}

TEST(Scenario, AppliesEachVariantsPatchInTheFilesOrder) {
  const Scenario scenario = parse_scenario(
      R"({"name":"s","sampling":{"time_scale":10},"fleet":{"containers":3},"subject":{"collector":{}},
    "variants":{"z":{},"a":{"fleet":{"containers":5},"sampling":{"duration":"20m"}}}})",
      "s.json");
  ASSERT_EQ(scenario.variants.size(), 2U);
  EXPECT_EQ(scenario.variants[0].name, "z");
  EXPECT_EQ(scenario.variants[1].document.at("fleet").at("containers"), 5);
  EXPECT_EQ(scenario.variants[1].sampling.duration, 20min);
  EXPECT_EQ(scenario.variants[1].sampling.time_scale, 10);
  EXPECT_EQ(scenario.baseline, "z");
}

TEST(Scenario, HasOneDefaultVariantAndTheSchemasDefaults) {
  const Scenario scenario =
      parse_scenario(R"({"name":"s","subject":{"collector":{}}} // comments are allowed)", "s.json");
  ASSERT_EQ(scenario.variants.size(), 1U);
  EXPECT_EQ(scenario.variants[0].name, "default");
  EXPECT_EQ(scenario.variants[0].sampling.warmup, 1min);
  EXPECT_EQ(scenario.variants[0].sampling.resolution, 2s);
  EXPECT_EQ(scenario.title, "s");
}

TEST(Scenario, OverridesReachTheVariants) {
  ScenarioOverrides overrides;
  overrides.set.push_back(parse_set_option("/fleet/containers=20"));
  overrides.time_scale = 1;
  overrides.only_variants = {"b"};
  const Scenario scenario = parse_scenario(
      R"({"name":"s","subject":{"collector":{}},"baseline":"a","variants":{"a":{},"b":{"sampling":{"time_scale":30}}},
          "expect":{"a":{"threads":"leak"},"b":{"threads":"leak","versus_baseline":"identical"}}})",
      "s.json", overrides);
  ASSERT_EQ(scenario.variants.size(), 1U);
  EXPECT_EQ(scenario.variants[0].document.at("fleet").at("containers"), 20);
  EXPECT_EQ(scenario.variants[0].sampling.time_scale, 1);
  // Nothing is expected of what is not run, and the resolved file is valid by itself.
  EXPECT_FALSE(scenario.document.at("expect").contains("a"));
  EXPECT_FALSE(scenario.document.at("expect").at("b").contains("versus_baseline"));
  EXPECT_EQ(parse_scenario(scenario.document.dump(), "again").variants.size(), 1U);
}

TEST(Scenario, SaysWhereItIsNotJson) {
  expect_said("{\n  \"name\": \"s\",\n  \"subject\": }", "s.json:3:14: not JSON");
  expect_said("", "not JSON");
  expect_said(R"({"name":"a","name":"b","subject":{"collector":{}}})", "\"name\" stands twice");
}

TEST(Scenario, PointsIntoThePatchOfAVariant) {
  expect_said(R"({"name":"s","subject":{"collector":{}},"variants":{"a":{"fleet":{"containers":-1}}}})",
              "s.json: /variants/a/fleet/containers: ");
  expect_said(R"({"name":"s","subject":{"collector":{}},"variants":{"a":{"name":"x"}}})",
              "/variants/a/name: a variant cannot change this");
}

TEST(Scenario, RefusesWhatTheSchemaCannotSay) {
  const auto with = [](const std::string& rest) {
    return R"({"name":"s","subject":{"collector":{}},)" + rest + "}";
  };
  expect_said(with(R"("sampling":{"every":"3s","resolution":"2s"})"),
              "/sampling/every: must be a whole multiple");
  expect_said(with(R"("sampling":{"duration":"30s"})"), "/sampling/duration: must be at least one row");
  expect_said(with(R"("sampling":{"duration":"9000h"})"), "/sampling/duration: would take more than");
  expect_said(with(R"("sampling":{"resolution":"100ms","every":"1m","time_scale":600})"),
              "/sampling/resolution: is below 2 ms");
  expect_said(with(R"("fleet":{"churn":{"lifetime":"0s"}})"), "/fleet/churn/lifetime");
  expect_said(with(R"("replicates":0)"), "/replicates: ");
  expect_said(with(R"("variants":{"a":{"replicates":2}})"), "a variant cannot change this");
  expect_said(with(R"("baseline":"other")"), "/baseline: no variant \"other\"");
  expect_said(with(R"("expect":{"defualt":{"threads":"leak"}})"),
              "/expect/defualt: no such variant, did you mean \"default\"?");
  expect_said(with(R"("expect":{"default":{"versus_baseline":"identical"}})"), "is the baseline itself");
  expect_said(R"({"name":"s","subject":{}})", "/subject: needs exactly one of");
  expect_said(R"({"name":"s","subject":{"collector":{},"pid":1}})", "has collector and pid");
  expect_said(R"({"name":"s","subject":{"collector":{},"env":{}}})",
              "/subject/env: goes with \"command\" only");
}

TEST(Scenario, RefusesATimeScaleThatWouldMislead) {
  expect_said(R"({"name":"s","subject":{"command":["x"]}})",
              "/sampling/time_scale: must be 1 with \"command\"");
  EXPECT_EQ(message_of(R"({"name":"s","subject":{"command":["x"]},"sampling":{"time_scale":1}})"),
            "no error");
  EXPECT_EQ(message_of(R"({"name":"s","subject":{"command":["x"],"paced_by":"fleet"}})"), "no error");
}

TEST(Scenario, RefusesOverridesThatReachNothing) {
  EXPECT_THROW(parse_set_option("fleet=3"), UsageError);
  EXPECT_THROW(parse_set_option("/fleet"), UsageError);
  ScenarioOverrides unknown;
  unknown.set.push_back(parse_set_option("/fleet/containerz=3"));
  expect_said(R"({"name":"s","subject":{"collector":{}}})", "/fleet/containerz: unknown key", unknown);
  ScenarioOverrides through_a_number;
  through_a_number.set.push_back(parse_set_option("/name/x=3"));
  expect_said(R"({"name":"s","subject":{"collector":{}}})", "/name/x: --set cannot reach this place",
              through_a_number);
  ScenarioOverrides variant;
  variant.only_variants = {"nope"};
  expect_said(R"({"name":"s","subject":{"collector":{}}})", "no variant \"nope\"; there are: default",
              variant);
}

TEST(Scenario, ShippedOnesAreValid) {
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(LEAKRIG_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".json" || entry.path().filename() == "scenario.schema.json") continue;
    const Scenario scenario = load_scenario(entry.path());
    EXPECT_EQ(scenario.name + ".json", entry.path().filename().string());
    ++count;
  }
  EXPECT_GE(count, 30);
}

TEST(Scenario, SaysThatAFileIsNotThere) {
  try {
    load_scenario("/no/such/file.json");
    FAIL();
  } catch (const UsageError& e) {
    EXPECT_NE(std::string{e.what()}.find("/no/such/file.json: no such scenario file"), std::string::npos);
  }
}

}  // namespace
}  // namespace leakrig
