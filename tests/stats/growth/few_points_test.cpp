#include "harness/stats/growth/few_points.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace leakrig::stats {
namespace {

TEST(FewPoints, SlopeAndIntervalAreThoseOfLeastSquares) {
  // By hand: slope 18 / 10; residuals 0.6, -1.2, 0, 1.2, -0.6; t of 3 degrees of freedom at 95 % is 3.1824.
  const auto slope = few_points_slope({0, 1, 2, 3, 4}, {1, 1, 4, 7, 7}, 0, 0.95);
  EXPECT_NEAR(slope.slope, 1.8, 1e-12);
  EXPECT_NEAR(slope.high - slope.slope, 3.1824 * 0.34641, 1e-3);
  EXPECT_NEAR(slope.slope - slope.low, slope.high - slope.slope, 1e-12);
}

TEST(FewPoints, ExactCountsAreUncertainByOneOverTheWhole) {
  const auto slope = few_points_slope({0, 1, 2, 3, 4, 5}, {10, 26, 42, 58, 74, 90}, 1, 0.9);
  EXPECT_NEAR(slope.low, 15.8, 1e-9);
  EXPECT_NEAR(slope.high, 16.2, 1e-9);
}

TEST(FewPoints, ThreeAreTooFew) {
  EXPECT_THROW(few_points_slope({0, 1, 2}, {0, 1, 2}, 1, 0.9), std::invalid_argument);
  EXPECT_THROW(few_points_slope({1, 1, 1, 1}, {0, 1, 2, 3}, 1, 0.9), std::invalid_argument);
}

}  // namespace
}  // namespace leakrig::stats
