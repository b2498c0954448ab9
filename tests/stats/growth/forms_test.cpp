#include <cmath>
#include <iterator>

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

/// Threads of a collector whose streams are ended each minute, every 2 s: recorded on a busy machine, so readings are late,
/// and those at the falls are missing.
Series ended_each_minute() {
  constexpr double kSeconds[] = {
    0.0, 2.0, 4.4, 6.1, 8.0, 10.0, 12.1, 14.0, 16.2, 18.0, 20.0, 22.2, 24.0, 26.1, 28.4, 30.0, 32.0, 34.0,
    36.1, 38.0, 40.0, 42.1, 44.0, 46.0, 48.0, 50.1, 52.0, 54.0, 56.0, 58.2, 62.8, 64.0, 66.1, 68.0, 70.2, 72.1,
    74.0, 76.0, 78.2, 80.0, 82.2, 84.3, 86.3, 88.2, 90.3, 92.1, 94.2, 96.3, 98.0, 100.1, 102.3, 104.0, 106.0,
    108.0, 110.3, 112.4, 114.9, 116.0, 118.0, 122.3, 124.2, 126.0, 128.3, 130.2, 132.0, 134.0, 136.0, 138.1,
    140.2, 142.0, 144.0, 146.0, 148.0, 150.0, 152.2, 154.0, 156.0, 158.0, 160.0, 162.0, 164.0, 166.2, 168.0,
    170.0, 172.5, 174.6, 176.2, 178.4, 183.0, 184.0, 186.0, 188.3, 190.1, 192.0, 194.3, 196.0, 198.0, 200.0,
    202.0, 204.0, 206.3, 208.2, 210.0, 212.0, 214.2, 216.0, 218.0, 220.0, 222.0, 224.0, 226.0, 228.0, 230.3,
    232.0, 234.6, 236.3, 238.2, 242.5, 244.2, 246.0, 248.0, 250.1, 252.0, 254.0, 256.2, 258.3, 260.3, 262.2,
    264.0, 266.3, 268.2, 270.1, 272.0, 274.2, 276.0, 278.0, 280.1, 282.0, 284.0, 286.0, 288.0, 290.0, 292.2,
    294.1, 296.2, 298.0};
  constexpr int kThreads[] = {
    91, 91, 93, 93, 97, 97, 99, 103, 103, 103, 107, 107, 107, 109, 109, 109, 109, 109, 109, 111, 113, 113, 117,
    117, 119, 121, 123, 123, 125, 125, 93, 93, 93, 95, 97, 97, 101, 101, 103, 105, 107, 107, 109, 109, 113,
    113, 113, 113, 115, 115, 115, 117, 117, 117, 121, 121, 121, 123, 123, 91, 93, 93, 97, 97, 97, 99, 99, 99,
    103, 103, 103, 107, 107, 109, 109, 111, 111, 115, 115, 117, 119, 119, 119, 123, 123, 123, 125, 125, 93, 93,
    93, 97, 97, 99, 103, 103, 103, 107, 107, 107, 109, 109, 109, 109, 109, 109, 111, 113, 113, 117, 117, 119,
    121, 123, 123, 125, 125, 91, 91, 91, 95, 97, 99, 103, 103, 105, 107, 107, 107, 109, 109, 111, 111, 111,
    111, 113, 113, 113, 115, 115, 115, 119, 119, 119, 123, 123};
  Series series;
  for (const double second : kSeconds) series.minutes.push_back(second / 60);
  series.values.assign(std::begin(kThreads), std::end(kThreads));
  return series;
}

TEST(Teeth, EvenOnesAreACycleThoughReadingsAtTheFallsAreMissing) {
  const Series series = ended_each_minute();
  const Points points = make_points(series, series.minutes.size());
  const auto period = period_of(find_teeth(points.times, points.values));
  ASSERT_TRUE(period);
  EXPECT_NEAR(*period * points.span_minutes, 1, 0.02);
  EXPECT_EQ(assess_growth(series, {}).verdict, Verdict::stable);
}

TEST(Teeth, UnevenOnesHaveNoPeriod) {
  const Series series = teeth(0);
  const Points points = make_points(series, series.minutes.size());
  const Teeth found = find_teeth(points.times, points.values);
  ASSERT_FALSE(found.fall_times.empty());
  EXPECT_FALSE(period_of(found));
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
