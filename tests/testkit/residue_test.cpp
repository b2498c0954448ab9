#include "leakrig/residue.h"

#include <gtest/gtest.h>

#include <random>

namespace leakrig::testkit {
namespace {

std::vector<double> counts_of(int calls, double start, double per_call) {
  std::vector<double> counts;
  for (int i = 0; i <= calls; ++i) counts.push_back(start + per_call * i);
  return counts;
}

TEST(Residue, OneACallIsALeakOfOne) {
  const Residue residue = residue_of(counts_of(50, 3, 1), 0.02);
  EXPECT_EQ(residue.verdict, GrowthVerdict::leak);
  EXPECT_NEAR(residue.per_call, 1, 1e-9);
  EXPECT_NEAR(residue.low, 1, 1e-6);
}

TEST(Residue, NothingIsStable) {
  const Residue residue = residue_of(counts_of(50, 3, 0), 0.02);
  EXPECT_EQ(residue.verdict, GrowthVerdict::stable);
  EXPECT_EQ(residue.per_call, 0);
}

TEST(Residue, APoolThatFillsIsCapacity) {
  std::vector<double> counts;
  for (int i = 0; i <= 60; ++i) counts.push_back(std::min(3 + i, 11));
  EXPECT_EQ(residue_of(counts, 0.02).verdict, GrowthVerdict::capped);
}

TEST(Residue, APoolThatFillsLateIsNoLeak) {
  std::vector<double> counts;
  for (int i = 0; i <= 60; ++i) counts.push_back(std::min(3 + i, 43));
  EXPECT_NE(residue_of(counts, 0.02).verdict, GrowthVerdict::leak);
}

TEST(Residue, OneInTenCallsIsALeak) {
  std::vector<double> counts;
  for (int i = 0; i <= 200; ++i) counts.push_back(i / 10);
  const Residue residue = residue_of(counts, 1.0 / 200);
  EXPECT_EQ(residue.verdict, GrowthVerdict::leak);
  EXPECT_NEAR(residue.per_call, 0.1, 0.01);
}

TEST(Residue, NoiseIsNoLeak) {
  int leaks = 0;
  for (unsigned seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    std::vector<double> counts;
    for (int i = 0; i <= 50; ++i) counts.push_back(3 + static_cast<double>(random() % 3));
    if (residue_of(counts, 0.02).verdict == GrowthVerdict::leak) ++leaks;
  }
  EXPECT_LE(leaks, 10);  // one side of 95 %, with a tolerance and the late third beside it
}

TEST(Residue, FewCallsSayNothingUnlessNothingMoved) {
  EXPECT_EQ(residue_of(counts_of(5, 3, 1), 0.02).verdict, GrowthVerdict::inconclusive);
  EXPECT_EQ(residue_of(counts_of(5, 3, 0), 0.02).verdict, GrowthVerdict::stable);
  EXPECT_EQ(residue_of({3}, 0.02).verdict, GrowthVerdict::inconclusive);
}

}  // namespace
}  // namespace leakrig::testkit
