#include "harness/analysis/analyze.h"
#include "harness/analysis/isolation.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/core/run_record.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

Analysis analysis_of(std::vector<VariantRecord> variants) {
  RunRecord record;
  record.scenario = nlohmann::json::parse(R"({"name":"s","baseline":"base"})");
  for (const auto& variant : variants) record.scenario["variants"][variant.name] = nlohmann::json::object();
  record.variants = std::move(variants);
  return analyze(record);
}

VariantRecord variant(const char* name, double threads_per_min, std::uint64_t lost = 0) {
  return VariantBuilder(name).threads(100, threads_per_min).delivered(1000, lost).build();
}

std::vector<SwitchFinding> examine(const Analysis& analysis,
                                   const std::vector<std::string>& components = {}) {
  return examine_switches(analysis, isolation_targets(analysis, {}), components);
}

TEST(Isolation, TellsWhatStopsTheGrowthFromWhatDoesNot) {
  const auto findings = examine(analysis_of({variant("base", 32), variant("stops", 0), variant("halves", 16),
                                             variant("same", 32), variant("doubles", 64)}));
  ASSERT_EQ(findings.size(), 4U);
  EXPECT_EQ(findings[0].effect, Effect::effective);
  EXPECT_EQ(findings[1].effect, Effect::partial);
  EXPECT_EQ(findings[2].effect, Effect::ineffective);
  EXPECT_EQ(findings[3].effect, Effect::harmful);
  EXPECT_NEAR(findings[1].changes[0].difference, -16, 1);
  EXPECT_LT(findings[1].changes[0].ci_high, -10);
  EXPECT_EQ(name_cause(findings), "stops");
}

TEST(Isolation, ASwitchThatStarvesCollectionIsHarmfulUnlessItRemovesTheWork) {
  const auto analysis = analysis_of({variant("base", 32), variant("off", 0, 900)});
  EXPECT_EQ(examine(analysis)[0].effect, Effect::harmful);
  EXPECT_EQ(examine(analysis, {"off"})[0].effect, Effect::effective);
}

TEST(Isolation, HasNoTargetsWhereNothingLeaks) {
  EXPECT_TRUE(isolation_targets(analysis_of({variant("base", 0)}), {}).empty());
}

TEST(Isolation, LooksAtACostThatTheBaselineIsExpectedToHave) {
  const std::vector<Expectation> expected{
      {Expectation::Kind::cost, "requests_per_min", "", {100, std::nullopt}},
      {Expectation::Kind::lines, "lines_lost", "some", {}}};
  EXPECT_EQ(isolation_targets(analysis_of({variant("base", 0)}), expected),
            std::vector<std::string>{"requests_per_min"});
}

TEST(Isolation, NamesTheFirstEffectiveSwitch) {
  std::vector<SwitchFinding> findings(3);
  findings[0].name = "a";
  findings[1].name = "b";
  findings[1].effect = Effect::effective;
  findings[2].name = "c";
  findings[2].effect = Effect::effective;
  EXPECT_EQ(name_cause(findings), "b");
  findings.resize(1);
  EXPECT_EQ(name_cause(findings), "");
}

}  // namespace
}  // namespace leakrig
