#include "harness/stats/growth/verdict.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

namespace leakrig::stats {
namespace {

/// One reading every two seconds; two threads more every 3.75 s, which is 32/min.
Series staircase(double minutes) {
  Series series;
  for (double s = 0; s < minutes * 60; s += 2) {
    series.minutes.push_back(s / 60);
    series.values.push_back(128 + 2 * std::floor(s / 3.75));
  }
  return series;
}

TEST(AssessGrowth, AStaircaseOfThreadsIsALeakAtItsRate) {
  const Growth growth = assess_growth(staircase(5), {});
  EXPECT_EQ(growth.verdict, Verdict::leak);
  EXPECT_NEAR(growth.rate_per_min, 32, 0.3);
  EXPECT_LE(growth.ci_low, 32);
  EXPECT_GE(growth.ci_high, 32);
  EXPECT_EQ(growth.interval.level, 0.95);
  EXPECT_LT(growth.interval.low, 32);
  EXPECT_GT(growth.interval.high, 32);
  EXPECT_LT(growth.p_within_tolerance, 1e-6);
  EXPECT_LT(growth.p_no_growth, 1e-6);
}

/// It crashed: every shape that was kept became a line under another walk.
TEST(AssessGrowth, OneHighReadingAtTheStartIsNoGrowth) {
  Series series;
  for (int i = 0; i < 122; ++i) {
    series.minutes.push_back(i / 30.0);
    series.values.push_back(i == 0 ? 3 : 2);
    series.containers.push_back(8);
  }
  EXPECT_EQ(assess_growth(series, {}).verdict, Verdict::stable);
}

TEST(AssessGrowth, AConstantSeriesIsStableAtRateZero) {
  Series series = staircase(5);
  series.values.assign(series.values.size(), 42.0);
  const Growth growth = assess_growth(series, {});
  EXPECT_EQ(growth.verdict, Verdict::stable);
  EXPECT_EQ(growth.rate_per_min, 0);
  EXPECT_EQ(growth.ci_low, 0);
  EXPECT_EQ(growth.ci_high, 0);
}

TEST(AssessGrowth, AStaircaseIsCalledWithinAMinute) {
  EXPECT_EQ(assess_growth(staircase(1), {}).verdict, Verdict::leak);
}

/// A reading a second for five minutes; noise that no seed changes.
template <typename F>
Series readings(F value_at) {
  Series series;
  unsigned state = 1;
  for (int s = 0; s < 300; ++s) {
    state = state * 1664525U + 1013904223U;
    series.minutes.push_back(s / 60.0);
    series.values.push_back(
        std::round(value_at(s) + (static_cast<double>(state >> 8U) / 16777216.0 - 0.5) * 6));
  }
  return series;
}

TEST(AssessGrowth, AStepIsNamedAndNotTakenForARate) {
  const Growth growth = assess_growth(readings([](int s) { return s >= 150 ? 230 : 200; }), {});
  EXPECT_EQ(growth.verdict, Verdict::stable);
  ASSERT_FALSE(growth.adjusted_for.empty());
  EXPECT_EQ(growth.adjusted_for[0], "step at 2.5 min");
}

TEST(AssessGrowth, AWarmUpIsLeftOut) {
  const Growth growth = assess_growth(readings([](int s) { return 240 - 40 * std::exp(-s / 30.0); }), {});
  EXPECT_EQ(growth.verdict, Verdict::stable);
  EXPECT_NEAR(growth.warmup_minutes, 1.5, 0.3);
}

TEST(AssessGrowth, ALeakThatSlowsByAnEighthIsStillOne) {
  const Growth growth = assess_growth(
      readings([](int s) { return 200 + 2 * std::floor(16 * s / 60.0 - 0.2 * (s / 60.0) * (s / 60.0)); }), {});
  EXPECT_EQ(growth.verdict, Verdict::leak);
  EXPECT_NEAR(growth.rate_per_min, 30, 1);
}

TEST(AssessGrowth, ACappedLeakHasAPlateau) {
  const Growth growth = assess_growth(readings([](int s) { return 128 + 32.0 / 60 * std::min(s, 150); }), {});
  EXPECT_EQ(growth.verdict, Verdict::stable);
  ASSERT_TRUE(growth.plateau_from_minutes);
  EXPECT_NEAR(*growth.plateau_from_minutes, 2.5, 0.2);
  EXPECT_NEAR(growth.plateau_level.value_or(0), 208, 2);
}

TEST(AssessGrowth, ARateNearTheToleranceSaysHowLongItWouldTake) {
  const Growth growth = assess_growth(readings([](int s) { return 128 + 2.05 / 60 * s; }), {});
  EXPECT_EQ(growth.verdict, Verdict::inconclusive);
  ASSERT_TRUE(growth.minutes_to_decide);
  EXPECT_GT(*growth.minutes_to_decide, 5);
}

TEST(AssessGrowth, ContainersExplainTheirLoad) {
  Series series = readings([](int s) { return 100 + 3 * (20 + s / 30); });
  EXPECT_NE(assess_growth(series, {}).verdict, Verdict::stable);
  for (int s = 0; s < 300; ++s) {
    series.containers.push_back(20 + s / 30);
  }
  const Growth adjusted = assess_growth(series, {});
  EXPECT_NE(adjusted.verdict, Verdict::leak);
  EXPECT_EQ(adjusted.adjusted_for.at(0), "containers");
}

TEST(AssessGrowth, HugeValuesStayFinite) {
  Series series = readings([](int) { return 0; });
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    series.values[i] = i < 150 ? -1.7e308 : 1.7e308;
  }
  const Growth growth = assess_growth(series, {});
  EXPECT_TRUE(std::isfinite(growth.rate_per_min));
  EXPECT_TRUE(std::isfinite(growth.ci_low));
  EXPECT_TRUE(std::isfinite(growth.ci_high));
}

TEST(AssessGrowth, FromFourRowsOnThereIsAnAnswer) {
  const Growth three = assess_growth({{0, 1, 2}, {0, 9, 18}, {}, {}}, {});
  EXPECT_EQ(three.verdict, Verdict::inconclusive);
  EXPECT_NE(three.reasons.at(0).find("4 are the fewest, 1 more"), std::string::npos);
  const Growth seed =
      assess_growth({{0, 1, 2, 3, 4, 5}, {128, 164, 192, 225, 257, 289}, {}, {}}, {});
  EXPECT_EQ(seed.verdict, Verdict::leak);
  EXPECT_NEAR(seed.rate_per_min, 32, 0.5);
  EXPECT_EQ(assess_growth({{0, 1, 2, 3}, {100, 105, 110, 115}, {}, {}}, {}).verdict, Verdict::leak);
  EXPECT_EQ(assess_growth({{0, 1, 2, 3, 4, 5}, {100, 101, 100, 101, 100, 101}, {}, {}}, {}).verdict,
            Verdict::stable);
  const Growth vague = assess_growth({{0, 1, 2, 3, 4, 5}, {100, 108, 101, 112, 104, 109}, {}, {}}, {});
  EXPECT_EQ(vague.verdict, Verdict::inconclusive);
  EXPECT_NE(vague.reasons.at(0).find("would likely decide"), std::string::npos);
}

TEST(AssessGrowth, WhatHappenedInALongGapIsNotInvented) {
  Series series;
  for (int row = 0; row < 60; ++row) {
    series.minutes.push_back(row < 30 ? row : row + 480);
    series.values.push_back(100 + 5 * row + (row * 31 % 3));
  }
  const Growth growth = assess_growth(series, {});
  EXPECT_EQ(growth.verdict, Verdict::leak);
  EXPECT_EQ(growth.lives, 1U);
  EXPECT_NEAR(growth.rate_per_min, 5, 0.2);
  EXPECT_EQ(growth.adjusted_for, std::vector<std::string>{"1 long gap"});
}

TEST(AssessGrowth, AFallIsNamedWhereItIsAndNotTakenForABurst) {
  Series series;
  for (int minute = 0; minute < 120; ++minute) {
    series.minutes.push_back(minute);
    series.values.push_back(100 + 5 * (minute < 20 ? minute : minute - 20) + (minute * 31 % 3));
  }
  const Growth growth = assess_growth(series, {});
  EXPECT_EQ(growth.verdict, Verdict::leak);
  ASSERT_FALSE(growth.adjusted_for.empty());
  EXPECT_EQ(growth.adjusted_for[0], "step at 19.5 min");
}

TEST(AssessGrowth, LivesArePooledWhereEvidenceSaysSo) {
  Series series;
  for (int minute = 0; minute < 120; ++minute) {
    series.minutes.push_back(minute);
    series.values.push_back(100 + 5 * (minute % 24) + (minute * 31 % 3));
    if (minute > 0 && minute % 24 == 0) series.life_starts.push_back(minute);
  }
  const Growth growth = assess_growth(series, {});
  EXPECT_EQ(growth.verdict, Verdict::leak);
  EXPECT_EQ(growth.lives, 5U);
  EXPECT_NEAR(growth.rate_per_min, 5, 0.2);
  ASSERT_FALSE(growth.adjusted_for.empty());
  EXPECT_EQ(growth.adjusted_for[0], "4 restarts");
}

TEST(AssessGrowth, RefusesWhatItCannotMean) {
  EXPECT_THROW(assess_growth({{0, 1}, {0}, {}, {}}, {}), std::invalid_argument);
  EXPECT_THROW(assess_growth({{1, 0}, {0, 0}, {}, {}}, {}), std::invalid_argument);
  EXPECT_THROW(assess_growth({{0, 1}, {0, std::numeric_limits<double>::quiet_NaN()}, {}, {}}, {}),
               std::invalid_argument);
  EXPECT_THROW(assess_growth({{0, 1}, {0, 0}, {}, {}}, {-1, 0.99}), std::invalid_argument);
  EXPECT_THROW(assess_growth({{0, 1}, {0, 0}, {}, {}}, {2, 1.0}), std::invalid_argument);
}

/// The rate was minus infinity.
TEST(AssessGrowth, ALoadThatRisesEvenlyWithTimeLeavesTheCauseOpen) {
  Series series = staircase(5);
  for (const double minute : series.minutes) series.containers.push_back(8 + 3 * minute);
  const Growth growth = assess_growth(series, {});
  EXPECT_EQ(growth.verdict, Verdict::inconclusive);
  EXPECT_NEAR(growth.rate_per_min, 32, 0.3);
  EXPECT_EQ(growth.reasons.front(),
            "the load rises evenly with time: what it adds and what leaks cannot be told apart");
  series.values.assign(series.values.size(), 42.0);
  EXPECT_EQ(assess_growth(series, {}).verdict, Verdict::stable) << "nothing grows, whatever the load does";
}

TEST(AssessGrowth, ReasonsTellRatesInTheUnitThatTheyAreIn) {
  GrowthOptions options;
  options.per = "requests";
  EXPECT_EQ(assess_growth(staircase(5), options).reasons.front(),
            "the rate's interval lies above the tolerance of 2 per 1,000 requests");
  options.per = "";
  EXPECT_EQ(assess_growth(staircase(5), options).reasons.front(),
            "the rate's interval lies above the tolerance of 2/min");
}

}  // namespace
}  // namespace leakrig::stats
