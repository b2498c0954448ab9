#include "harness/fake_docker/logs/timing_wheel.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(TimingWheel, CollectsEachOnceWhenItIsDue) {
  TimingWheel wheel(100);
  wheel.add(1, 105);
  wheel.add(2, 50);      // past: the next tick
  wheel.add(3, 105000);  // many turns away
  std::vector<std::uint32_t> due;
  wheel.collect(101, due);
  EXPECT_EQ(due, std::vector<std::uint32_t>{2});
  wheel.collect(5000, due);
  EXPECT_EQ(due, (std::vector<std::uint32_t>{2, 1}));
  wheel.collect(104999, due);
  EXPECT_EQ(due.size(), 2U);
  wheel.collect(105000, due);
  EXPECT_EQ(due.back(), 3U);
  EXPECT_EQ(wheel.next(), std::nullopt);
}

}  // namespace
}  // namespace leakrig
