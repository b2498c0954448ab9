#include <gtest/gtest.h>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {
namespace {

Growth rate(double low, double estimate, double high) {
  Growth growth;
  growth.rate_per_min = estimate;
  growth.ci_low = low;
  growth.ci_high = high;
  return growth;
}

TEST(CompareRates, TwoTightEqualRatesAreIdentical) {
  EXPECT_EQ(compare_rates(rate(-0.3, 0, 0.3), rate(-0.2, 0.1, 0.4), 2).verdict, Comparison::identical);
}

TEST(CompareRates, WideIntervalsAreNotEvidenceOfEquality) {
  EXPECT_EQ(compare_rates(rate(-4, 0, 4), rate(-4, 0, 4), 2).verdict, Comparison::inconclusive);
}

TEST(CompareRates, ALeakThatStopsIsAnImprovement) {
  const auto difference = compare_rates(rate(31.6, 32, 32.4), rate(-0.1, 0, 0.1), 2);
  EXPECT_EQ(difference.verdict, Comparison::improved);
  EXPECT_DOUBLE_EQ(difference.difference_per_min, -32);
  EXPECT_DOUBLE_EQ(difference.margin_per_min, 3.2);
}

TEST(CompareRates, ALeakThatBeginsIsWorse) {
  EXPECT_EQ(compare_rates(rate(-0.1, 0, 0.1), rate(5, 6, 7), 2).verdict, Comparison::worse);
}

}  // namespace
}  // namespace leakrig::stats
