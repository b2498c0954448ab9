#include "harness/core/memory_budget.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(MemoryBudget, IsSharedAndGivenBack) {
  MemoryBudget budget(100);
  auto first = budget.share();
  EXPECT_TRUE(first.resize(60));
  {
    auto second = budget.share();
    EXPECT_FALSE(second.resize(50));
    EXPECT_TRUE(second.resize(40));
    EXPECT_FALSE(first.resize(61));
    EXPECT_TRUE(first.resize(50)) << "less is always possible";
  }
  EXPECT_TRUE(first.resize(100));
  auto moved = std::move(first);
  EXPECT_TRUE(moved.resize(0));
  EXPECT_TRUE(budget.share().resize(100));
}

TEST(MemoryBudget, ATextCountsAsLongAsAnybodyHasIt) {
  MemoryBudget budget(10);
  auto text = budget.keep("12345678");
  ASSERT_NE(text, nullptr);
  EXPECT_EQ(*text, "12345678");
  EXPECT_EQ(budget.keep("abc"), nullptr);
  auto other = text;
  text.reset();
  EXPECT_EQ(budget.keep("abc"), nullptr);
  other.reset();
  EXPECT_NE(budget.keep("abc"), nullptr);
}

}  // namespace
}  // namespace leakrig
