#include "harness/stats/plateau.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace leakrig::stats {
namespace {

/// A reading every 2 s for `length` minutes: 32/min in steps of two until `stop`, then level, and +-`wobble`
/// of noise.
std::vector<double> values_until(double stop, double length, double wobble, std::vector<double>& minutes) {
  std::vector<double> values;
  unsigned state = 12345;
  for (int i = 0; i * 2 <= length * 60; ++i) {
    const double t = i * 2 / 60.0;
    minutes.push_back(t);
    state = state * 1103515245U + 12345U;
    const double noise = (static_cast<double>(state >> 16U & 0x7fffU) / 16384.0 - 1) * wobble;
    values.push_back(124 + 2 * std::floor(16 * std::min(t, stop)) + std::round(noise));
  }
  return values;
}

TEST(Plateau, IsFoundWhereGrowthStops) {
  for (const double wobble : {0.0, 3.0}) {
    std::vector<double> minutes;
    const auto values = values_until(14, 20, wobble, minutes);
    const auto plateau = find_plateau(minutes, values, 2);
    ASSERT_TRUE(plateau) << wobble;
    EXPECT_NEAR(plateau->from_minutes, 14, 0.5);
    EXPECT_NEAR(plateau->level, 572, 2);
    EXPECT_NEAR(plateau->rate_before_per_min, 32, 1);
  }
}

TEST(Plateau, OfAnEarlyStopIsFound) {
  std::vector<double> minutes;
  const auto values = values_until(1.3, 5, 2, minutes);
  EXPECT_TRUE(find_plateau(minutes, values, 2));
}

TEST(Plateau, IsNotSeenInSteadyGrowth) {
  for (const double wobble : {0.0, 3.0, 10.0}) {
    std::vector<double> minutes;
    const auto values = values_until(99, 20, wobble, minutes);
    EXPECT_FALSE(find_plateau(minutes, values, 2)) << wobble;
  }
}

TEST(Plateau, IsNotSeenInAFlatSeriesOrOneThatIsTooShort) {
  std::vector<double> minutes;
  const auto values = values_until(0, 5, 5, minutes);
  EXPECT_FALSE(find_plateau(minutes, values, 2));
  EXPECT_FALSE(find_plateau({0, 1, 2, 3, 4}, {0, 5, 10, 10, 10}, 2));
  EXPECT_FALSE(find_plateau({}, {}, 2));
}

TEST(Plateau, IsNotGrowthThatSlowsDownAndGoesOn) {
  std::vector<double> minutes;
  std::vector<double> values;
  for (int i = 0; i <= 300; ++i) {
    minutes.push_back(i / 30.0);
    values.push_back(i < 150 ? i : 150 + (i - 150) / 3.0);  // 30/min, then 10/min
  }
  EXPECT_FALSE(find_plateau(minutes, values, 2));
}

}  // namespace
}  // namespace leakrig::stats
