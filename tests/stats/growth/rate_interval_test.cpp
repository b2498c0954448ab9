#include "harness/stats/growth/rate_interval.h"

#include <gtest/gtest.h>

#include <cmath>

namespace leakrig::stats {
namespace {

/// 150 readings of order 1 that rise by `rate` over the run, with white noise of a tenth.
GrowthModel model_of(double rate) {
  ModelData data;
  double seed = 0.5;
  for (int i = 0; i <= 150; ++i) {
    seed = std::fmod(seed * 997 + 0.123, 1);
    const double t = i / 150.0;
    data.times.push_back(t);
    data.values.push_back(rate * t + 0.1 * (seed - 0.5));
  }
  data.plain = data.values;
  return GrowthModel(std::move(data), 1e-4, 0);
}

RateInterval interval_of(double rate, double tolerance) {
  GrowthModel model = model_of(rate);
  RateQuestion question;
  question.tolerance = tolerance;
  question.leaked_unit = 0.001;
  return rate_interval(model, question);
}

TEST(RateInterval, HoldsTheRateAndIsInOrder) {
  for (const double rate : {0.0, 0.5, 1.0}) {
    const auto interval = interval_of(rate, 0.1);
    EXPECT_LE(interval.low, interval.rate);
    EXPECT_LE(interval.rate, interval.high);
    EXPECT_LE(interval.shown_low, interval.shown_high);
    EXPECT_NEAR(interval.rate, rate, 0.1);
    EXPECT_LT(interval.shown_low, rate + 0.02);
    EXPECT_GT(interval.shown_high, rate - 0.02);
  }
}

TEST(RateInterval, IsAboveTheToleranceOfALeakAndBelowItOfItsCleanTwin) {
  const auto leak = interval_of(1, 0.1);
  EXPECT_GT(leak.low, 0.1);
  EXPECT_LT(leak.within_tolerance, 0.01);
  const auto clean = interval_of(0, 0.2);
  EXPECT_LT(clean.high, 0.2);
  EXPECT_GT(clean.within_tolerance, 0.95);
  EXPECT_LT(clean.large_leak, kDoubtOfStability);
}

TEST(RateInterval, LeaksByAClockAreMoreEvenSoItIsNarrower) {
  GrowthModel model = model_of(1);
  RateQuestion question;
  question.tolerance = 0.1;
  question.leaked_unit = 0.005;
  const auto by_chance = rate_interval(model, question);
  question.by_clock = true;
  const auto by_clock = rate_interval(model, question);
  EXPECT_LT(by_clock.standard_error, by_chance.standard_error);
  EXPECT_LT(by_clock.shown_low, 1);
  EXPECT_GT(by_clock.shown_high, 1);
}

TEST(RateInterval, ASmallerErrorAskedForMakesItWider) {
  GrowthModel model = model_of(0.5);
  RateQuestion question;
  question.tolerance = 0.1;
  question.leaked_unit = 0.001;
  const auto usual = rate_interval(model, question);
  question.lower_error = question.upper_error = 0.001;
  const auto strict = rate_interval(model, question);
  EXPECT_LT(strict.low, usual.low);
  EXPECT_GT(strict.high, usual.high);
}

TEST(RateInterval, LargerLeakedThingsMakeItWider) {
  GrowthModel model = model_of(0.5);
  RateQuestion question;
  question.tolerance = 0.1;
  question.leaked_unit = 0.0001;
  const auto fine = rate_interval(model, question);
  question.leaked_unit = 0.05;
  const auto coarse = rate_interval(model, question);
  EXPECT_GT(coarse.high - coarse.low, fine.high - fine.low);
}

}  // namespace
}  // namespace leakrig::stats
