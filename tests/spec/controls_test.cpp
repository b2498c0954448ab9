#include "harness/spec/controls.h"

#include <gtest/gtest.h>

#include "harness/core/control.h"
#include "harness/core/error.h"
#include "harness/spec/load_scenario.h"

namespace leakrig {
namespace {

using namespace std::chrono_literals;

ScenarioSpec with(const std::string& rest, const ScenarioOverrides& overrides = {}) {
  return parse_scenario(
      R"({"name":"s","controls":true,"variants":{"a":{},"b":{"sampling":{"duration":"8m"}}},)" + rest + "}",
      "s.json", overrides);
}

std::string refusal(const std::string& rest, const ScenarioOverrides& overrides = {}) {
  try {
    with(rest, overrides);
  } catch (const UsageError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Controls, AreTheReferenceAgainAndACleanCollectorWithAPlantedLeak) {
  const ScenarioSpec scenario = with(
      R"("reference":"b","subject":{"collector":{"background_threads":9,"container_monitor":{"close_on_reopen":false}}},
         "analysis":{"tolerance_per_min":3})");
  ASSERT_EQ(scenario.controls.size(), 2U);
  EXPECT_EQ(scenario.controls[0].name, control::kSameAgain);
  EXPECT_EQ(scenario.controls[0].sampling.duration, 8min);
  EXPECT_EQ(scenario.controls[0].subject.collector()->background_threads, 9);
  const Variant& planted = scenario.controls[1];
  EXPECT_EQ(planted.name, control::kPlantedLeak);
  const CollectorConfig& collector = *planted.subject.collector();
  EXPECT_EQ(collector.planted_leak_per_min, 4);
  EXPECT_FALSE(collector.container_monitor.enabled);
  EXPECT_EQ(collector.background_threads, 9);
  EXPECT_EQ(planted.fleet.containers, 0U);
  EXPECT_EQ(planted.sampling.duration, 18min) << "six minutes for each that the tolerance allows";
}

TEST(Controls, OfACommandAreTheReferenceAgainOnly) {
  const ScenarioSpec scenario = with(R"("subject":{"command":["x"]},"sampling":{"time_scale":1})");
  ASSERT_EQ(scenario.controls.size(), 1U);
  EXPECT_EQ(scenario.controls[0].name, control::kSameAgain);
}

TEST(Controls, AreRunOnlyWhenAskedFor) {
  const std::string text = R"({"name":"s","subject":{"collector":{}}})";
  EXPECT_TRUE(parse_scenario(text, "s.json").controls.empty());
  ScenarioOverrides overrides;
  overrides.controls = true;
  const ScenarioSpec scenario = parse_scenario(text, "s.json", overrides);
  EXPECT_EQ(scenario.controls.size(), 2U);
  EXPECT_TRUE(scenario.wants_controls);
  EXPECT_NE(scenario.document.find("\"controls\":true"), std::string::npos);
}

TEST(Controls, RefuseWhatTheyCannotServe) {
  ScenarioOverrides without_reference;
  without_reference.only_variants = {"b"};
  EXPECT_NE(refusal(R"("subject":{"collector":{}})", without_reference).find("need the reference"),
            std::string::npos);
  EXPECT_NE(
      refusal(R"("subject":{"collector":{}},"analysis":{"tolerance_per_min":50})").find("at most 20/min"),
      std::string::npos);
}

}  // namespace
}  // namespace leakrig
