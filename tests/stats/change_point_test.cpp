#include "harness/stats/change_point.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace leakrig::stats {
namespace {

std::vector<Measured> results(const std::vector<double>& values, double standard_error = 0.2) {
  std::vector<Measured> out;
  for (const double value : values) out.push_back({value, standard_error});
  return out;
}

TEST(ChangePoint, FindsTheResultWhereTheLevelRose) {
  const auto changes = find_changes(results({0.1, 0, -0.1, 0.2, 32, 32.1, 31.9}), {});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].at, 4U);
  EXPECT_NEAR(changes[0].before, 0.05, 0.01);
  EXPECT_NEAR(changes[0].after, 32, 0.1);
  EXPECT_LT(changes[0].p, 1e-6);
}

TEST(ChangePoint, FindsTheRiseAndTheRepair) {
  const auto changes = find_changes(results({0, 0, 0, 0, 32, 32, 32, 0, 0, 0, 0}), {});
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].at, 4U);
  EXPECT_EQ(changes[1].at, 7U);
  EXPECT_NEAR(changes[0].before, 0, 0.01);
  EXPECT_NEAR(changes[0].after, 32, 0.01);
  EXPECT_NEAR(changes[1].after, 0, 0.01);
}

TEST(ChangePoint, TakesOneResultForAnOutlierUntilTheNextAgrees) {
  EXPECT_TRUE(find_changes(results({0, 0, 0, 0, 0, 32}), {}).empty());
  EXPECT_EQ(find_changes(results({0, 0, 0, 0, 0, 32, 32}), {}).size(), 1U);
}

TEST(ChangePoint, LeavesADifferenceWithinTheMarginAlone) {
  EXPECT_TRUE(find_changes(results({0, 0, 0, 0, 1.5, 1.5, 1.5, 1.5}, 0.01), {}).empty());
}

TEST(ChangePoint, LeavesUnsureResultsAlone) {
  EXPECT_TRUE(find_changes(results({0, 1, 0, 4, 5, 3}, 5), {}).empty());
}

TEST(ChangePoint, OfTooFewResultsIsNone) {
  EXPECT_TRUE(find_changes({}, {}).empty());
  EXPECT_TRUE(find_changes(results({0, 32, 32}), {}).empty());
}

/// Results vary by more than their intervals say: the spread has to be seen.
TEST(ChangePoint, KeepsItsErrorRateWhereResultsVaryMoreThanTheySay) {
  std::mt19937 random(1);
  std::normal_distribution<double> spread(20, 4);
  int false_alarms = 0;
  int missed = 0;
  for (int n = 0; n < 500; ++n) {
    std::vector<double> values(20);
    for (auto& value : values) value = spread(random);
    false_alarms += find_changes(results(values, 0.1), {}).empty() ? 0 : 1;
    for (std::size_t i = 10; i < values.size(); ++i) values[i] += 32;
    const auto changes = find_changes(results(values, 0.1), {});
    missed += std::any_of(changes.begin(), changes.end(), [](const Change& c) { return c.at == 10; }) ? 0 : 1;
  }
  EXPECT_LE(false_alarms, 25);
  EXPECT_LE(missed, 5) << "of 500, at eight times the spread";
}

}  // namespace
}  // namespace leakrig::stats
