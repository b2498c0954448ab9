#include "harness/analysis/attribution.h"

#include <gtest/gtest.h>

#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

RunRecord record_of(const VariantRecord& variant) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {variant};
  return record;
}

TEST(Attribution, NamesTheGrowingGroupAndLeavesOutTheSteadyOne) {
  const Analysis analysis = analyze(record_of(VariantBuilder("a").threads(128, 32).build()));
  const auto& rows = analysis.variants[0].attribution;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, "readLoop");
  EXPECT_EQ(rows[0].growth, 80);
  EXPECT_DOUBLE_EQ(rows[0].rate_per_min, 16);
  EXPECT_DOUBLE_EQ(rows[0].share, 0.5);
}

TEST(Attribution, IsEmptyWhereNothingGrows) {
  EXPECT_TRUE(analyze(record_of(VariantBuilder("a").threads(48, 0).build())).variants[0].attribution.empty());
}

TEST(TwoSided, JoinsAGroupWithTheRequestsThatGrowInStep) {
  const auto joined = analyze(record_of(VariantBuilder("a").threads(128, 32).streams(3.75, 0).build())).variants[0].two_sided;
  ASSERT_FALSE(joined.empty());
  EXPECT_EQ(joined[0].metric, "threads");
  EXPECT_EQ(joined[0].metric_growth, 160);
  EXPECT_EQ(joined[0].request, VariantBuilder::kFollow);
  EXPECT_EQ(joined[0].open_growth, 79);
  EXPECT_EQ(joined[0].explained, 80);
}

TEST(TwoSided, SaysNothingWhereTheDaemonSeesNoGrowth) {
  EXPECT_TRUE(analyze(record_of(VariantBuilder("a").threads(128, 32).streams(3.75, 1).build())).variants[0].two_sided.empty());
}

}  // namespace
}  // namespace leakrig
