#include "harness/analysis/period.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(Period, OfALoopOverContainersIsEachContainersOwn) {
  std::vector<Occurrence> all;
  for (int round = 0; round < 4; ++round) {
    // In a burst, a little late each time.
    for (int c = 0; c < 5; ++c) all.push_back({30.0 * round + 0.1 * c + 0.3 * round, "c" + std::to_string(c)});
  }
  const auto period = find_period(all);
  ASSERT_TRUE(period.has_value());
  EXPECT_NEAR(period->every_s, 30.3, 1e-9);
  EXPECT_EQ(period->containers, 5U);
}

TEST(Period, OfWhatIsAboutNoContainerIsThatOfAllTogether) {
  std::vector<Occurrence> all;
  for (int i = 0; i < 6; ++i) all.push_back({4.0 * i, ""});
  const auto period = find_period(all);
  ASSERT_TRUE(period.has_value());
  EXPECT_DOUBLE_EQ(period->every_s, 4);
  EXPECT_EQ(period->containers, 0U);
}

TEST(Period, SurvivesOneThatIsMissing) {
  std::vector<Occurrence> all;
  for (const double t : {0.0, 10.0, 20.0, 40.0, 50.0, 60.0}) all.push_back({t, "c"});
  const auto period = find_period(all);
  ASSERT_TRUE(period.has_value());
  EXPECT_DOUBLE_EQ(period->every_s, 10);
  EXPECT_DOUBLE_EQ(period->unbroken, 0.8);
}

TEST(Period, IsNoneOfIrregularOrTooFewOccurrences) {
  std::vector<Occurrence> irregular;
  for (const double t : {0.0, 1.0, 9.0, 9.5, 23.0, 24.0, 41.0}) irregular.push_back({t, ""});
  EXPECT_FALSE(find_period(irregular).has_value());
  EXPECT_FALSE(find_period({{0, "a"}, {30, "a"}, {60, "a"}}).has_value());
  EXPECT_FALSE(find_period({}).has_value());
}

}  // namespace
}  // namespace leakrig
