#include "harness/stats/residue.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace leakrig::stats {
namespace {

/// Four rests before the first occurrence, one after each of the others.
std::vector<Rest> rests_of(const std::vector<double>& counts, double idle = 4) {
  std::vector<Rest> rests;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto at = static_cast<double>(i);
    rests.push_back({std::max(0.0, at - idle + 1), at, counts[i]});
  }
  return rests;
}

TEST(Residue, CleanStaircaseIsExact) {
  const auto residue = assess_residue(rests_of({7, 7, 7, 7, 9, 11, 13, 15, 17, 19, 21}), {});
  EXPECT_EQ(residue.verdict, ResidueVerdict::leak);
  EXPECT_NEAR(residue.per_occurrence, 2, 1e-9);
  EXPECT_NEAR(residue.low, 2, 1e-9);
  EXPECT_NEAR(residue.high, 2, 1e-9);
  EXPECT_EQ(residue.start, 7);
  EXPECT_EQ(residue.final, 21);
  EXPECT_EQ(residue.occurrences, 7);
}

TEST(Residue, SeveralOccurrencesARestCountAsSoMany) {
  const std::vector<Rest> rests{{0, 0, 5}, {0, 1, 5}, {3, 2, 8}, {6, 3, 11}, {9, 4, 14}, {12, 5, 17}};
  const auto residue = assess_residue(rests, {});
  EXPECT_EQ(residue.verdict, ResidueVerdict::leak);
  EXPECT_NEAR(residue.per_occurrence, 1, 1e-9);
}

TEST(Residue, NothingStaysOfACleanSubject) {
  const auto residue = assess_residue(rests_of({7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}), {});
  EXPECT_EQ(residue.verdict, ResidueVerdict::stable);
  EXPECT_EQ(residue.per_occurrence, 0);
  EXPECT_EQ(residue.high, 0);
}

TEST(Residue, APoolThatFillsIsCapacity) {
  const auto residue = assess_residue(rests_of({7, 7, 7, 7, 8, 9, 10, 11, 11, 11, 11, 11, 11, 11, 11, 11}), {});
  EXPECT_EQ(residue.verdict, ResidueVerdict::capacity);
  EXPECT_EQ(residue.stopped_after, 4);
}

TEST(Residue, OneThingMadeOnceIsNoLeak) {
  for (std::size_t at = 4; at < 15; ++at) {
    std::vector<double> counts(16, 7);
    for (std::size_t i = at; i < counts.size(); ++i) counts[i] += 5;
    EXPECT_NE(assess_residue(rests_of(counts), {}).verdict, ResidueVerdict::leak) << "step at " << at;
  }
}

TEST(Residue, TwoThingsMadeOnceAreNoLeak) {
  const auto residue = assess_residue(rests_of({7, 7, 7, 7, 7, 7, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9}), {});
  EXPECT_NE(residue.verdict, ResidueVerdict::leak);
}

TEST(Residue, OneInThreeOccurrencesIsALeak) {
  const auto residue = assess_residue(rests_of({7, 7, 7, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10, 11}), {});
  EXPECT_EQ(residue.verdict, ResidueVerdict::leak);
  EXPECT_NEAR(residue.per_occurrence, 1.0 / 3, 0.05);
}

TEST(Residue, WhatTimeAloneAddsIsTheTwins) {
  const std::vector<double> growing{7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
  EXPECT_EQ(assess_residue(rests_of(growing), rests_of(growing)).verdict, ResidueVerdict::stable);
  EXPECT_EQ(assess_residue(rests_of(growing), {}).verdict, ResidueVerdict::leak);
}

TEST(Residue, WhatComesOnTopOfTimeIsTheStimulus) {
  const auto twin = rests_of({7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17});
  const std::vector<Rest> rests{{0, 0, 7},  {1, 1, 10}, {2, 2, 13}, {3, 3, 16},
                                {4, 4, 19}, {5, 5, 22}, {6, 6, 25}, {7, 7, 28}};
  const auto residue = assess_residue(rests, twin);
  EXPECT_EQ(residue.verdict, ResidueVerdict::leak);
  EXPECT_NEAR(residue.per_occurrence, 2, 1e-9);
}

TEST(Residue, TooFewRestsDecideNothing) {
  const auto residue = assess_residue(rests_of({7, 7, 9}, 1), {});
  EXPECT_EQ(residue.verdict, ResidueVerdict::inconclusive);
  EXPECT_FALSE(residue.reason.empty());
}

TEST(Residue, BytesHaveTheirOwnTolerance) {
  ResidueOptions bytes;
  bytes.tolerance = bytes.smallest = 64 * 1024;
  const std::vector<double> noisy{9e6, 9.004e6, 9e6, 9.008e6, 9.008e6, 9.012e6, 9.008e6, 9.016e6, 9.012e6, 9.016e6, 9.02e6};
  EXPECT_EQ(assess_residue(rests_of(noisy), {}, bytes).verdict, ResidueVerdict::stable);
  std::vector<double> growing = noisy;
  for (std::size_t i = 4; i < growing.size(); ++i) growing[i] += 512e3 * static_cast<double>(i - 3);
  EXPECT_EQ(assess_residue(rests_of(growing), {}, bytes).verdict, ResidueVerdict::leak);
}

// ---- error rates: fixed seeds, 12 occurrences, four rests before the first

using Noise = std::function<std::vector<double>(std::mt19937&, std::size_t rests)>;

std::vector<double> white(std::mt19937& random, std::size_t rests) {
  std::normal_distribution<double> draw{0, 1};
  std::vector<double> noise;
  for (std::size_t i = 0; i < rests; ++i) noise.push_back(std::round(draw(random)));
  return noise;
}

/// Goroutines that come and go with a ticker: two more or not.
std::vector<double> ticker(std::mt19937& random, std::size_t rests) {
  std::bernoulli_distribution draw{0.5};
  std::vector<double> noise;
  for (std::size_t i = 0; i < rests; ++i) noise.push_back(draw(random) ? 2 : 0);
  return noise;
}

/// A pool that fills by time alone, at another pace each time.
std::vector<double> slow_pool(std::mt19937& random, std::size_t rests) {
  std::uniform_real_distribution<double> pace{2, 8};
  std::poisson_distribution<int> jitter{0.1};
  const double tau = pace(random);
  std::vector<double> noise;
  for (std::size_t i = 0; i < rests; ++i)
    noise.push_back(std::round(8 * (1 - std::exp(-static_cast<double>(i + 1) / tau))) + jitter(random));
  return noise;
}

/// Something made once, at any time: a connection, a worker.
std::vector<double> one_off(std::mt19937& random, std::size_t rests) {
  std::uniform_int_distribution<std::size_t> when{0, rests - 1};
  std::uniform_int_distribution<int> size{1, 10};
  const auto at = when(random);
  const auto by = size(random);
  std::vector<double> noise(rests, 0);
  for (std::size_t i = at; i < rests; ++i) noise[i] += by;
  return noise;
}

/// How many of `trials` are called a leak; the twin has noise of its own.
int leaks_of(const Noise& noise, double residue, int trials) {
  std::mt19937 random{20261127};
  int leaks = 0;
  for (int trial = 0; trial < trials; ++trial) {
    auto rests = rests_of(noise(random, 16));
    for (auto& rest : rests) rest.count += 20 + residue * rest.occurrences;
    const auto twin = rests_of(noise(random, 16));
    leaks += assess_residue(rests, twin).verdict == ResidueVerdict::leak ? 1 : 0;
  }
  return leaks;
}

struct Kind {
  const char* name;
  Noise noise;
};
const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{{"white", white}, {"ticker", ticker}, {"slow pool", slow_pool}, {"one-off", one_off}};
  return all;
}

TEST(ResidueErrorRates, AFalseLeakIsRarerThanOneInTwoHundred) {
  constexpr int kTrials = 4000;
  for (const auto& kind : kinds()) EXPECT_LE(leaks_of(kind.noise, 0, kTrials), kTrials / 200) << kind.name;
}

TEST(ResidueErrorRates, AResidueOfOneIsFoundNineteenTimesInTwenty) {
  constexpr int kTrials = 2000;
  for (const auto& kind : kinds()) EXPECT_GE(leaks_of(kind.noise, 1, kTrials), kTrials * 95 / 100) << kind.name;
}

}  // namespace
}  // namespace leakrig::stats
