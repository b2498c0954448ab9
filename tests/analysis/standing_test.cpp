#include "harness/analysis/standing.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/analysis/analyze.h"
#include "harness/analysis/findings.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// A reference that leaks 32 threads a minute and loses nothing, and `variant` beside it.
Analysis beside_a_leak(VariantRecord variant, const char* patch = "{}") {
  RunRecord record;
  record.scenario = {{"name", "s"}, {"reference", "reference"}, {"variants", {{"reference", json::object()}}}};
  record.scenario["variants"]["v"] = json::parse(patch);
  record.variants = {VariantBuilder("reference").threads(100, 32).delivered(4800, 0).build(), std::move(variant)};
  return analyze(record);
}

Standing standing_in(const Analysis& analysis) {
  const auto* comparison = analysis.main_comparison("v");
  return comparison == nullptr ? Standing::not_compared : standing_of(analysis, *comparison);
}

VariantBuilder grows(double per_min, std::uint64_t lost = 0) {
  return VariantBuilder("v").threads(100, per_min).delivered(4800, lost);
}

template <typename Kind>
bool has(const Analysis& analysis) {
  for (const auto& finding : findings_of(analysis)) {
    if (std::holds_alternative<Kind>(finding)) return true;
  }
  return false;
}

TEST(Standing, LessGrowthWithAllLinesDeliveredIsAnImprovement) {
  const Analysis analysis = beside_a_leak(grows(0).build());
  EXPECT_EQ(standing_in(analysis), Standing::improved);
  EXPECT_TRUE(has<finding::BetterThanReference>(analysis));
}

TEST(Standing, LessGrowthOfOneThatStarvesIsNone) {
  for (const double rate : {0.0, 10.0}) {  // flat, or a leak that is slower
    const Analysis analysis = beside_a_leak(grows(rate, 2400).build());
    EXPECT_EQ(standing_in(analysis), Standing::starved) << rate;
    EXPECT_FALSE(has<finding::BetterThanReference>(analysis)) << rate;
    EXPECT_TRUE(has<finding::StarvedAgainstReference>(analysis)) << rate;
  }
  EXPECT_EQ(standing_in(beside_a_leak(grows(0, 4800).build())), Standing::starved) << "nothing was collected";
}

TEST(Standing, AFewLostLinesDoNotMakeItStarve) {
  EXPECT_EQ(standing_in(beside_a_leak(grows(0, 20).build())), Standing::improved);
}

TEST(Standing, OfOneThatIsMeantToCollectNothingIsThatItDoesLess) {
  const char* off = R"({"subject":{"collects":false}})";
  const Analysis analysis = beside_a_leak(grows(0, 4800).build(), off);
  EXPECT_EQ(standing_in(analysis), Standing::does_less);
  EXPECT_TRUE(has<finding::DoesLessThanReference>(analysis));
  EXPECT_FALSE(has<finding::BetterThanReference>(analysis));
}

TEST(Standing, OfASubjectThatDidNothingIsNoImprovement) {
  VariantRecord idle = VariantBuilder("v").threads(100, 0).build();
  for (auto& sample : idle.samples) sample.values["cpu_s"] = 1;
  EXPECT_EQ(standing_in(beside_a_leak(idle)), Standing::starved);
  for (auto& sample : idle.samples) sample.values["cpu_s"] = 1 + (sample.t_s + 60) / 100;
  EXPECT_EQ(standing_in(beside_a_leak(idle)), Standing::improved) << "it worked";
}

TEST(Standing, NothingIsConcludedOfARunThatWasCutShort) {
  for (const auto outcome : {Outcome::died, Outcome::interrupted, Outcome::unfinished, Outcome::rig_failed}) {
    const Analysis analysis = beside_a_leak(grows(0).ended(outcome, "gone").build());
    EXPECT_EQ(standing_in(analysis), Standing::not_compared);
    EXPECT_FALSE(has<finding::BetterThanReference>(analysis));
  }
}

TEST(Standing, NorAgainstAReferenceThatWasCutShort) {
  RunRecord record;
  record.scenario = {{"name", "s"}, {"reference", "r"}, {"variants", {{"r", json::object()}, {"v", json::object()}}}};
  record.variants = {VariantBuilder("r").threads(100, 32).ended(Outcome::died, "gone").build(), grows(0).build()};
  const Analysis analysis = analyze(record);
  EXPECT_EQ(standing_in(analysis), Standing::not_compared);
  EXPECT_FALSE(has<finding::BetterThanReference>(analysis));
}

TEST(Standing, TheSameAndMoreGrowthAreWhatTheyAreWhateverIsLost) {
  for (const std::uint64_t lost : {0U, 2400U}) {
    EXPECT_EQ(standing_in(beside_a_leak(grows(32, lost).build())), Standing::identical) << lost;
    EXPECT_EQ(standing_in(beside_a_leak(grows(64, lost).build())), Standing::worse) << lost;
  }
}

TEST(Standing, AnExpectationOfAnImprovementFailsOnOneThatStarvesAndHoldsOnOneThatIsSwitchedOff) {
  const auto passed = [](std::uint64_t lost, const char* patch) {
    RunRecord record;
    record.scenario = {{"name", "s"}, {"reference", "r"}, {"variants", {{"r", json::object()}}}};
    record.scenario["variants"]["v"] = json::parse(patch);
    record.scenario["expect"] =
        json::parse(R"({"r":{"threads":"leak"},"v":{"versus_reference":"improved"}})");
    record.variants = {VariantBuilder("r").threads(100, 32).delivered(4800, 0).build(), grows(0, lost).build()};
    return analyze(record).passed;
  };
  EXPECT_TRUE(passed(0, "{}"));
  EXPECT_FALSE(passed(2400, "{}"));
  EXPECT_TRUE(passed(4800, R"({"subject":{"collects":false}})"));
}

}  // namespace
}  // namespace leakrig
