#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"
#include "harness/analysis/analyze.h"
#include "harness/report/result_json.h"
#include "harness/core/control.h"
#include "harness/core/run_record.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

/// A baseline that leaks 32/min, with the controls at these rates.
Analysis with_controls(double same_again, double planted, Outcome outcome = Outcome::completed) {
  RunRecord record;
  record.scenario = nlohmann::json::parse(
      R"({"name":"s","controls":true,"variants":{"b":{},"a":{}},"expect":{"b":{"threads":"leak"}}})");
  record.variants = {VariantBuilder("b").threads(128, 32).build(), VariantBuilder("a").threads(48, 0).build(),
                     VariantBuilder(control::kSameAgain).threads(128, same_again).ended(outcome, "").build(),
                     VariantBuilder(control::kPlantedLeak).threads(20, planted, 12).build()};
  return analyze(record);
}

TEST(Controls, HoldWhenTheBaselineRepeatsItselfAndThePlantedLeakIsFound) {
  const Analysis analysis = with_controls(32, 3);
  ASSERT_EQ(analysis.controls.size(), 2U);
  EXPECT_EQ(analysis.controls[0].actual, "identical");
  EXPECT_EQ(analysis.controls[1].actual, "leak");
  EXPECT_TRUE(analysis.controls_held());
  EXPECT_EQ(analysis.exit_code, ExitCode::ok);
}

TEST(Controls, AreNoPartOfTheComparison) {
  const Analysis analysis = with_controls(32, 3);
  EXPECT_EQ(analysis.variants.size(), 2U);
  EXPECT_EQ(analysis.reference, "b");
  for (const auto& comparison : analysis.comparisons) EXPECT_EQ(comparison.variant, "a");
}

TEST(Controls, ThatFailFailTheRunWhateverTheVariantsSay) {
  const Analysis other_rate = with_controls(40, 3);
  EXPECT_FALSE(other_rate.controls[0].held);
  EXPECT_TRUE(other_rate.controls[1].held);
  EXPECT_EQ(other_rate.exit_code, ExitCode::failed);
  const Analysis missed = with_controls(32, 0);
  EXPECT_TRUE(missed.controls[0].held);
  EXPECT_EQ(missed.controls[1].actual, "stable");
  EXPECT_EQ(missed.exit_code, ExitCode::failed);
  EXPECT_FALSE(missed.passed);
}

TEST(Controls, ThatDidNotCompleteDoNotHold) {
  const Analysis died = with_controls(32, 3, Outcome::died);
  EXPECT_EQ(died.controls[0].actual, "died");
  EXPECT_EQ(died.exit_code, ExitCode::failed);
  EXPECT_EQ(with_controls(32, 3, Outcome::interrupted).exit_code, ExitCode::interrupted);
}

TEST(Controls, StandInTheResultByThemselves) {
  const auto result = result_json(with_controls(32, 0));
  EXPECT_EQ(result.at("variants").size(), 2U);
  const auto& planted = result.at("controls").at(1);
  EXPECT_EQ(planted.at("name"), control::kPlantedLeak);
  EXPECT_EQ(planted.at("control").at("expected"), "leak");
  EXPECT_EQ(planted.at("control").at("held"), false);
}

}  // namespace
}  // namespace leakrig
