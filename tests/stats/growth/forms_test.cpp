#include <cmath>

#include <gtest/gtest.h>

#include "harness/stats/growth/prepare.h"
#include "harness/stats/growth/rate_unit.h"
#include "harness/stats/growth/staircase.h"
#include "harness/stats/growth/steps.h"
#include "harness/stats/growth/teeth.h"
#include "harness/stats/growth/tolerance.h"

namespace leakrig::stats {
namespace {

/// A reading a second; `units` more each `every_s`, `phase_s` after the first.
Series ticks(double units, int every_s, int phase_s, int seconds) {
  Series series;
  for (int s = 0; s < seconds; ++s) {
    series.minutes.push_back(s / 60.0);
    series.values.push_back(200 + units * std::floor(static_cast<double>(s + phase_s) / every_s));
  }
  return series;
}

TEST(Staircase, EqualStepsThatRecurAreTheRateAtEveryPhase) {
  for (const int every : {5, 15, 30, 60}) {
    for (const int minutes : {2, 5, 10}) {
      for (int phase = 0; phase < every; ++phase) {
        if (2 * every >= 60 * minutes && phase == 0) continue;  // one step is seen of two whole periods
        const Growth growth = assess_growth(ticks(8, every, phase, 60 * minutes), {});
        const double rate = 8 * 60.0 / every;
        EXPECT_NEAR(growth.rate_per_min, rate, 0.01 * rate) << every << " s, phase " << phase;
        EXPECT_LE(growth.interval.low, rate);
        EXPECT_GE(growth.interval.high, rate);
        EXPECT_TRUE(growth.adjusted_for.empty()) << growth.adjusted_for[0];
        if (minutes > 2) {
          EXPECT_EQ(growth.verdict, Verdict::leak);
        }
      }
    }
  }
}

TEST(Staircase, StepsThatCameTwiceAreNoRateYet) {
  EXPECT_EQ(assess_growth(ticks(30, 60, 20, 120), {}).verdict, Verdict::inconclusive);
}

TEST(Staircase, UnevenStepsAreNone) {
  Series series = ticks(8, 30, 0, 300);
  for (std::size_t i = 100; i < series.values.size(); ++i) series.values[i] += 5;
  EXPECT_FALSE(find_staircase(series));
  EXPECT_FALSE(find_staircase(ticks(0, 30, 0, 300)));
}

TEST(Teeth, ADeclineIsNone) {
  Series series;
  for (int minute = 0; minute < 60; ++minute) {
    series.minutes.push_back(minute);
    series.values.push_back(900 - 6 * minute);
  }
  EXPECT_EQ(assess_growth(series, {}).verdict, Verdict::stable);
}

/// Teeth of 20 units whose periods change, on a floor that rises by `rise` each.
Series teeth(double rise) {
  const int lengths[] = {31, 47, 38, 55, 29, 44, 36, 52};
  Series series;
  int second = 0;
  double floor = 100;
  unsigned state = 3;
  for (const int length : lengths) {
    for (int s = 0; s < length; ++s, ++second) {
      state = state * 1664525U + 1013904223U;
      series.minutes.push_back(second / 60.0);
      series.values.push_back(
          std::round(floor + 20.0 * s / length + (static_cast<double>(state >> 8U) / 16777216.0 - 0.5) * 2));
    }
    floor += rise;
  }
  return series;
}

TEST(Teeth, UnevenFallsAreCountedAndTheirFloorJudged) {
  const Growth clean = assess_growth(teeth(0), {});
  EXPECT_EQ(clean.verdict, Verdict::inconclusive);
  ASSERT_FALSE(clean.adjusted_for.empty());
  EXPECT_NE(clean.adjusted_for[0].find("falls back 7 times"), std::string::npos);
  GrowthOptions heap;
  heap.collected_heap = true;
  EXPECT_EQ(assess_growth(teeth(0), heap).verdict, Verdict::stable);
  EXPECT_EQ(assess_growth(teeth(8), {}).verdict, Verdict::leak);
}

TEST(Steps, ThoseThatStandOutAreCounted) {
  std::vector<double> values;
  for (int i = 0; i < 300; ++i) values.push_back((i * 31 % 5) + (i >= 80 ? 30 : 0) + (i >= 200 ? 30 : 0));
  const Steps steps = find_steps(values);
  EXPECT_EQ(steps.count, 2U);
  EXPECT_NEAR(steps.sum, 60, 3);
  EXPECT_EQ(find_steps(std::vector<double>(300, 1.0)).count, 0U);
}

TEST(DefaultTolerance, IsAMinutesInShortRunsAndASpansInLongOnes) {
  Series series{{0, 5}, {100, 100}, {}, {}};
  EXPECT_EQ(default_tolerance(series, kCountTolerance), 2);
  series.minutes = {0, 14 * 24 * 60};
  EXPECT_NEAR(default_tolerance(series, kCountTolerance), 20.0 / (14 * 24 * 60), 1e-9);
  series.values = {1000, 1000};
  EXPECT_NEAR(default_tolerance(series, kCountTolerance), 100.0 / (14 * 24 * 60), 1e-9);
}

TEST(RateUnit, IsTheShortestThatHasADigit) {
  EXPECT_EQ(rate_unit(0.01, 5).suffix, "/min");
  EXPECT_EQ(rate_unit(0.048, 14 * 24 * 60).suffix, "/h");
  EXPECT_EQ(rate_unit(0.0001, 14 * 24 * 60).suffix, "/day");
  EXPECT_EQ(rate_unit(5, 14 * 24 * 60).suffix, "/min");
}

}  // namespace
}  // namespace leakrig::stats
