#include "harness/spec/controls.h"

#include <gtest/gtest.h>

#include "harness/core/control.h"
#include "harness/core/error.h"
#include "harness/run/run_plan.h"

namespace leakrig {
namespace {

using namespace std::chrono_literals;

Scenario with(const std::string& rest, const ScenarioOverrides& overrides = {}) {
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

TEST(Controls, AreTheBaselineAgainAndACleanCollectorWithAPlantedLeak) {
  const Scenario scenario = with(
      R"("baseline":"b","subject":{"collector":{"background_threads":9,"container_monitor":{"close_on_reopen":false}}},
         "analysis":{"tolerance_per_min":3})");
  ASSERT_EQ(scenario.controls.size(), 2U);
  EXPECT_EQ(scenario.controls[0].name, control::kSameAgain);
  EXPECT_EQ(scenario.controls[0].document, scenario.variants[1].document);
  const Variant& planted = scenario.controls[1];
  EXPECT_EQ(planted.name, control::kPlantedLeak);
  const auto& collector = planted.document.at("subject").at("collector");
  EXPECT_EQ(collector.at("planted_leak_per_min"), 4);
  EXPECT_EQ(collector.at("container_monitor").at("enabled"), false);
  EXPECT_EQ(collector.at("background_threads"), 9);
  EXPECT_EQ(planted.sampling.duration, 18min) << "six minutes for each that the tolerance allows";
  EXPECT_EQ(planted.document.at("sampling").at("duration"), "18m");
}

TEST(Controls, RunAfterTheVariantsUnderFileNamesWithoutSpaces) {
  const auto plan = run_plan(with(R"("subject":{"collector":{}})"));
  ASSERT_EQ(plan.size(), 4U);
  EXPECT_EQ(plan[1].name, "b");
  EXPECT_EQ(file_stem(plan[3]), "control-planted-leak");
}

TEST(Controls, OfACommandAreTheBaselineAgainOnly) {
  const Scenario scenario = with(R"("subject":{"command":["x"]},"sampling":{"time_scale":1})");
  ASSERT_EQ(scenario.controls.size(), 1U);
  EXPECT_EQ(scenario.controls[0].name, control::kSameAgain);
}

TEST(Controls, AreRunOnlyWhenAskedFor) {
  const std::string text = R"({"name":"s","subject":{"collector":{}}})";
  EXPECT_TRUE(parse_scenario(text, "s.json").controls.empty());
  ScenarioOverrides overrides;
  overrides.controls = true;
  const Scenario scenario = parse_scenario(text, "s.json", overrides);
  EXPECT_EQ(scenario.controls.size(), 2U);
  EXPECT_EQ(scenario.document.at("controls"), true);
}

TEST(Controls, RefuseWhatTheyCannotServe) {
  ScenarioOverrides without_baseline;
  without_baseline.only_variants = {"b"};
  EXPECT_NE(refusal(R"("subject":{"collector":{}})", without_baseline).find("need the baseline"),
            std::string::npos);
  EXPECT_NE(
      refusal(R"("subject":{"collector":{}},"analysis":{"tolerance_per_min":50})").find("at most 20/min"),
      std::string::npos);
}

}  // namespace
}  // namespace leakrig
