#include "harness/stats/replicates.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace leakrig::stats {
namespace {

/// A replicate of five minutes whose interval is `reach` to either side of its rate.
Replicate of(double rate, double error, double reach, Verdict verdict) {
  Growth growth;
  growth.verdict = verdict;
  growth.rate_per_min = rate;
  growth.standard_error = error;
  growth.ci_low = rate - reach;
  growth.ci_high = rate + reach;
  growth.points_used = 150;
  return {growth, 5};
}

TEST(Replicates, OneIsItself) {
  const Growth growth = combine_replicates({of(6, 1, 1.5, Verdict::leak)}, {});
  EXPECT_EQ(growth.rate_per_min, 6);
  EXPECT_EQ(growth.ci_low, 4.5);
  EXPECT_EQ(growth.verdict, Verdict::leak);
  EXPECT_THROW(combine_replicates({}, {}), std::invalid_argument);
}

TEST(Replicates, OfEqualRatesNarrowTheIntervalByTheRootOfTheirNumber) {
  const auto one = of(6, 1, 1.5, Verdict::leak);
  const Growth growth = combine_replicates({one, one, one, one}, {});
  EXPECT_NEAR(growth.rate_per_min, 6, 1e-9);
  EXPECT_NEAR(growth.standard_error, 0.5, 1e-9);
  EXPECT_NEAR(growth.ci_low, 5.25, 1e-9);
  EXPECT_NEAR(growth.ci_high, 6.75, 1e-9);
  EXPECT_EQ(growth.points_used, 600U);
  EXPECT_EQ(growth.verdict, Verdict::leak);
}

TEST(Replicates, TheMoreCertainCountsForMore) {
  const Growth growth = combine_replicates({of(10, 1, 1.5, Verdict::leak), of(11, 2, 3, Verdict::leak)}, {});
  EXPECT_NEAR(growth.rate_per_min, 10.2, 1e-9);  // weights 4 to 1
}

// By hand: weights 1 and 1, mean 7, Q = 18, tau^2 = (18 - 1) / (2 - 1) = 17, variance (1 + 17) / 2.
TEST(Replicates, WhatDiffersBeyondItsErrorWidensTheInterval) {
  const Growth growth = combine_replicates({of(4, 1, 1.5, Verdict::leak), of(10, 1, 1.5, Verdict::leak)}, {});
  EXPECT_NEAR(growth.rate_per_min, 7, 1e-9);
  EXPECT_NEAR(growth.standard_error, 3, 1e-9);
  EXPECT_NE(growth.verdict, Verdict::leak) << "not growth beyond doubt: 7 with an error of 3";
  EXPECT_NE(growth.reasons.back().find("4.12/min beyond their own error"), std::string::npos);
}

TEST(Replicates, DecideTogetherWhatNoneDecidesAlone) {
  const auto one = of(5, 2, 3.2, Verdict::inconclusive);
  EXPECT_EQ(combine_replicates({one, one, one, one, one, one}, {}).verdict, Verdict::leak);
  const auto flat = of(0.5, 0.6, 2, Verdict::inconclusive);
  EXPECT_EQ(combine_replicates({flat, flat, flat, flat}, {}).verdict, Verdict::stable);
}

TEST(Replicates, AStableOneMustExcludeALargeLeak) {
  const auto vague = of(-4, 4, 5, Verdict::inconclusive);
  const Growth growth = combine_replicates({vague, vague}, {});
  EXPECT_LT(growth.ci_high, 2);
  EXPECT_EQ(growth.verdict, Verdict::stable);
  GrowthOptions exacting;
  exacting.leaked_unit = 40;  // five minutes could miss a leak in steps of 40
  EXPECT_EQ(combine_replicates({vague, vague}, exacting).verdict, Verdict::inconclusive);
}

TEST(Replicates, ThatContradictEachOtherDecideNothing) {
  const Growth growth = combine_replicates(
      {of(30, 0.5, 0.8, Verdict::leak), of(0, 0.5, 0.8, Verdict::stable), of(30, 0.5, 0.8, Verdict::leak)},
      {});
  EXPECT_EQ(growth.verdict, Verdict::inconclusive);
  EXPECT_NE(growth.reasons.front().find("one leaks and one is stable"), std::string::npos);
}

TEST(Replicates, ThatNeverChangeAreStable) {
  const auto constant = of(0, 0, 0, Verdict::stable);
  EXPECT_EQ(combine_replicates({constant, constant}, {}).verdict, Verdict::stable);
  EXPECT_EQ(combine_replicates({constant, of(0.1, 0.3, 0.5, Verdict::stable)}, {}).verdict, Verdict::stable);
}

TEST(Replicates, LeaveOutWhatWasTooShort) {
  Replicate too_short;
  const Growth growth = combine_replicates({too_short, of(6, 1, 1.5, Verdict::leak)}, {});
  EXPECT_EQ(growth.rate_per_min, 6);
  EXPECT_EQ(growth.verdict, Verdict::leak);
  EXPECT_NE(growth.reasons.back().find("1 of 2 replicates"), std::string::npos);
  EXPECT_EQ(combine_replicates({too_short, too_short}, {}).verdict, Verdict::inconclusive);
}

TEST(Replicates, KeepTheStrictestConfidence) {
  Replicate strict = of(6, 1, 3, Verdict::leak);
  strict.growth.confidence = 0.999;
  EXPECT_EQ(combine_replicates({of(6, 1, 1.5, Verdict::leak), strict}, {}).confidence, 0.999);
}

}  // namespace
}  // namespace leakrig::stats
