#include "harness/stats/growth_table.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace leakrig::stats {
namespace {

TEST(GrowthTable, TruncatesRatesTowardZeroAsTheInvestigationDid) {
  const auto rows = growth_table({0, 1, 2, 3, 4, 5}, {128, 164, 194, 228, 257, 289});
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_FALSE(rows[0].rate_per_min.has_value());
  EXPECT_EQ(rows[1].rate_per_min, 36);
  EXPECT_EQ(rows[2].rate_per_min, 33);
  EXPECT_EQ(rows[3].rate_per_min, 33);
  EXPECT_EQ(rows[4].rate_per_min, 32);
  EXPECT_EQ(rows[5].rate_per_min, 32);
  EXPECT_EQ(rows[5].growth, 161);
}

TEST(GrowthTable, TruncatesAFallTowardZeroToo) {
  EXPECT_EQ(growth_table({0, 2}, {10, 7})[1].rate_per_min, -1);
}

TEST(GrowthTable, RefusesTablesThatDoNotBeginAtZeroOrDoNotAscend) {
  EXPECT_THROW(growth_table({1, 2}, {1, 2}), std::invalid_argument);
  EXPECT_THROW(growth_table({0, 0}, {1, 2}), std::invalid_argument);
  EXPECT_THROW(growth_table({0, 1}, {1}), std::invalid_argument);
  EXPECT_TRUE(growth_table({}, {}).empty());
}

}  // namespace
}  // namespace leakrig::stats
