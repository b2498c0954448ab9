#include "harness/stats/growth/theil_sen.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace leakrig::stats {
namespace {

TEST(TheilSen, IsExactOnALine) {
  const auto fit = theil_sen({0, 1, 2, 3, 4}, {5, 7, 9, 11, 13}, 16.7, 0.95);
  EXPECT_DOUBLE_EQ(fit.slope, 2);
  EXPECT_DOUBLE_EQ(fit.low, 2);
  EXPECT_DOUBLE_EQ(fit.high, 2);
}

TEST(TheilSen, IgnoresOneWildPoint) {
  EXPECT_NEAR(theil_sen({0, 1, 2, 3, 4, 5, 6}, {0, 1, 2, 300, 4, 5, 6}, 0, 0.95).slope, 1, 1e-12);
}

TEST(TheilSen, ReproducesSensExample) {
  // The data of Sen 1968, section 6: b* = 4 (Hollander and Wolfe use the same).
  const auto fit = theil_sen({1, 2, 3, 4, 10, 12, 18}, {9, 15, 19, 20, 45, 55, 78}, 44.3333, 0.93);
  EXPECT_NEAR(fit.slope, 4, 1e-9);
  EXPECT_LE(fit.low, 3.75);
  EXPECT_GE(fit.high, 4.2);
}

TEST(TheilSen, NeedsTwoDifferentTimes) {
  EXPECT_THROW(theil_sen({1, 1}, {2, 3}, 1, 0.95), std::invalid_argument);
}

}  // namespace
}  // namespace leakrig::stats
