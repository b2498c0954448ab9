#include "harness/stats/verdict.h"

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

TEST(AssessGrowth, SevenReadingsAreInconclusive) {
  EXPECT_EQ(assess_growth({{0, 1, 2, 3, 4, 5, 6}, {0, 9, 18, 27, 36, 45, 54}, {}, {}}, {}).verdict,
            Verdict::inconclusive);
}

TEST(AssessGrowth, RefusesWhatItCannotMean) {
  EXPECT_THROW(assess_growth({{0, 1}, {0}, {}, {}}, {}), std::invalid_argument);
  EXPECT_THROW(assess_growth({{1, 0}, {0, 0}, {}, {}}, {}), std::invalid_argument);
  EXPECT_THROW(assess_growth({{0, 1}, {0, std::numeric_limits<double>::quiet_NaN()}, {}, {}}, {}),
               std::invalid_argument);
  EXPECT_THROW(assess_growth({{0, 1}, {0, 0}, {}, {}}, {-1, 0.99}), std::invalid_argument);
  EXPECT_THROW(assess_growth({{0, 1}, {0, 0}, {}, {}}, {2, 1.0}), std::invalid_argument);
}

}  // namespace
}  // namespace leakrig::stats
