#include "harness/stats/growth/prepare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace leakrig::stats {
namespace {

/// A reading every 2 s over 10 minutes of `value(minute)`.
template <typename Value>
Prepared prepared(Value value, std::optional<double> cycle = std::nullopt) {
  Series series;
  for (int i = 0; i <= 300; ++i) {
    series.minutes.push_back(i / 30.0);
    series.values.push_back(value(i / 30.0));
  }
  series.cycle_minutes = cycle;
  return prepare(series, make_points(series, series.minutes.size()));
}

/// Noise that repeats nothing, of 0 to 4.
double noise(double minute) { return std::fmod(std::abs(std::sin(minute * 12345.678) * 43758.5453), 1) * 4; }

TEST(Prepare, FindsAStrongCycleThatNobodyToldOf) {
  const auto found = prepared(
      [](double m) { return 100 + 40 * std::sin(2 * std::numbers::pi * m) + noise(m); });
  ASSERT_TRUE(found.period);
  EXPECT_TRUE(found.period_found);
  EXPECT_NEAR(*found.period, 0.1, 0.005) << "a minute of ten";
}

TEST(Prepare, FindsNoneInNoise) {
  EXPECT_FALSE(prepared([](double m) { return 100 + noise(m); }).period);
}

TEST(Prepare, TakesAKnownCycleAsItWasTold) {
  const auto told = prepared([](double m) { return 100 + noise(m); }, 2);
  ASSERT_TRUE(told.period);
  EXPECT_FALSE(told.period_found);
  EXPECT_NEAR(*told.period, 0.2, 1e-9);
}

TEST(Prepare, LeavesBurstsOutAndNothingElse) {
  const auto burst = prepared([](double m) { return 100 + noise(m) + (m > 4 && m < 4.3 ? 200 : 0); });
  EXPECT_NEAR(static_cast<double>(burst.bursts), 9, 1);
  EXPECT_EQ(burst.data.times.size() + burst.bursts, burst.points.times.size());
  EXPECT_EQ(prepared([](double m) { return 100 + noise(m); }).bursts, 0U);
  EXPECT_EQ(prepared([](double m) { return 100 + 32 * m + noise(m); }).bursts, 0U) << "growth is no burst";
}

}  // namespace
}  // namespace leakrig::stats
