#include "harness/fake_sink/sequence_set.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace leakrig {
namespace {

SequenceSet set_of(std::initializer_list<std::uint64_t> numbers) {
  SequenceSet set;
  for (const auto number : numbers) set.insert(number);
  return set;
}

TEST(SequenceSet, TellsANewNumberFromARepeatedOne) {
  SequenceSet set;
  EXPECT_TRUE(set.insert(7));
  EXPECT_FALSE(set.insert(7));
  EXPECT_TRUE(set.insert(8));
  EXPECT_FALSE(set.insert(7));
  EXPECT_FALSE(set.insert(8));
}

TEST(SequenceSet, HoldsOneIntervalForARunInAnyOrder) {
  EXPECT_EQ(set_of({0, 1, 2, 3}).intervals(), 1U);
  EXPECT_EQ(set_of({3, 2, 1, 0}).intervals(), 1U);
  EXPECT_EQ(set_of({0, 2, 4, 3, 1}).intervals(), 1U);
  EXPECT_EQ(set_of({0, 2, 4}).intervals(), 3U);
}

TEST(SequenceSet, CountsOnlyInsideTheRange) {
  const auto set = set_of({1, 2, 3, 7, 8, 20});
  EXPECT_EQ(set.count_in(0, 100), 6U);
  EXPECT_EQ(set.count_in(2, 8), 3U);
  EXPECT_EQ(set.count_in(4, 7), 0U);
  EXPECT_EQ(set.count_in(8, 8), 0U);
  EXPECT_EQ(set.count_in(9, 2), 0U);
}

TEST(SequenceSet, SettlesItsLowestIntervalsWhenGapsAreTooMany) {
  SequenceSet set;
  constexpr std::uint64_t kNumbers = SequenceSet::kMaxIntervals + 10;
  for (std::uint64_t i = 0; i < kNumbers; ++i) set.insert(2 * i);
  EXPECT_EQ(set.intervals(), SequenceSet::kMaxIntervals);
  EXPECT_EQ(set.count_in(0, 2 * kNumbers), kNumbers);
  EXPECT_FALSE(set.insert(1)) << "below the settled end nothing can be told apart any more";
}

}  // namespace
}  // namespace leakrig
