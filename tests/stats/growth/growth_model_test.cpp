#include <cmath>

#include <gtest/gtest.h>

#include "harness/stats/growth/cycle.h"
#include "harness/stats/growth/load.h"
#include "harness/stats/growth/noise_filter.h"
#include "harness/stats/growth/outliers.h"
#include "harness/stats/growth/student_mixture.h"

namespace leakrig::stats {
namespace {

TEST(NoiseFilter, WhitensAnAutoregressionToItsInnovations) {
  // Correlation 0.5 from reading to reading: innovations of variance 0.75 after the first.
  const NoiseFilter filter({0, 1, 2}, {1 / std::log(2.0), 0});
  Columns in(3, 1);
  in.cells = {4, 3, 2};
  std::vector<double> out;
  filter.whiten(in, [&](const double* row) { out.push_back(row[0]); });
  ASSERT_EQ(out.size(), 3U);
  EXPECT_NEAR(out[0], 4, 1e-12);
  EXPECT_NEAR(out[1], (3 - 0.5 * 4) / std::sqrt(0.75), 1e-12);
  EXPECT_NEAR(out[2], (2 - 0.5 * 3) / std::sqrt(0.75), 1e-12);
  EXPECT_NEAR(filter.log_determinant(), 2 * std::log(0.75), 1e-12);
}

TEST(NoiseFilter, AWalkGrowsWithTime) {
  // White noise of variance 1 and a walk of 3 a unit: the second reading's variance is 4 and independent of
  // the first.
  const NoiseFilter filter({0, 1}, {1e-9, 3});
  EXPECT_NEAR(filter.log_determinant(), std::log(4.0), 1e-9);
}

TEST(StudentMixture, AgreesWithTablesOfStudentsT) {
  EXPECT_NEAR(mixture_quantile({{1, 0, 1, 10}}, 0.975), 2.228, 0.01);
  EXPECT_NEAR(mixture_quantile({{1, 5, 2, 1000}}, 0.05), 5 - 2 * 1.646, 0.01);
  EXPECT_NEAR(mixture_cdf({{0.5, -1, 1, 100}, {0.5, 1, 1, 100}}, 0), 0.5, 1e-12);
}

TEST(StudentMixture, ACutComponentHasNothingBelowItsFloor) {
  const std::vector<StudentComponent> half = {{1, 0, 1, 1000, 0}};
  EXPECT_EQ(mixture_cdf(half, -0.1), 0);
  EXPECT_NEAR(mixture_quantile(half, 0.5), 0.6745, 0.01);
}

TEST(ContainerEffect, IsFoundThroughATrendAndABurst) {
  std::vector<double> values;
  std::vector<double> containers;
  for (int i = 0; i < 60; ++i) {
    containers.push_back(20 + (i / 7) % 3);
    values.push_back(3 * containers.back() + 0.5 * i + 0.1 * (i % 2) + (i == 30 ? 100 : 0));
  }
  EXPECT_NEAR(container_effect(values, containers), 3, 0.25);
}

TEST(ContainerEffect, IsZeroForConstantLoad) {
  EXPECT_EQ(container_effect({1, 2, 3, 4}, {5, 5, 5, 5}), 0);
}

std::vector<double> sawtooth(double period, double noise, std::vector<double>& times) {
  std::vector<double> values;
  unsigned state = 7;
  for (int i = 0; i < 300; ++i) {
    state = state * 1664525U + 1013904223U;
    times.push_back(i / 299.0);
    values.push_back(40 * std::fmod(i / period, 1.0) +
                     noise * (static_cast<double>(state >> 8U) / 16777216.0 - 0.5));
  }
  return values;
}

TEST(FindPeriod, FindsTheSawtoothsPeriod) {
  std::vector<double> times;
  const auto values = sawtooth(47.3, 6, times);
  const auto period = find_period(times, values);
  ASSERT_TRUE(period);
  EXPECT_NEAR(*period * 299, 47.3, 0.5);
}

TEST(FindPeriod, SeesNoneInAStepOrInNoise) {
  std::vector<double> times;
  auto values = sawtooth(1e9, 6, times);
  EXPECT_FALSE(find_period(times, values));
  for (std::size_t i = 150; i < values.size(); ++i) {
    values[i] += 30;
  }
  EXPECT_FALSE(find_period(times, values));
}

TEST(FindBursts, MarksABurstButNoStepAndNoSlope) {
  std::vector<double> values;
  for (int i = 0; i < 120; ++i) {
    values.push_back(0.2 * i + (i * 31 % 7) + (i >= 60 ? 30 : 0) + (i >= 90 && i < 95 ? 50 : 0));
  }
  const auto marked = find_bursts(values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(marked[i], i >= 90 && i < 95) << i;
  }
}

}  // namespace
}  // namespace leakrig::stats
