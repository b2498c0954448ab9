#include "harness/fake_docker/state/list_cache.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(ListCache, HoldsUntilAContainerChangesOrATenthOfASecondIsOver) {
  using std::chrono::milliseconds;
  ListCache cache;
  EXPECT_EQ(cache.find("all=1", 1, milliseconds{1000}), nullptr);
  cache.keep("all=1", std::make_shared<const std::string>("x"));
  EXPECT_NE(cache.find("all=1", 1, milliseconds{1099}), nullptr);
  EXPECT_EQ(cache.find("all=0", 1, milliseconds{1099}), nullptr);
  EXPECT_EQ(cache.find("all=1", 2, milliseconds{1099}), nullptr);
  cache.keep("all=1", std::make_shared<const std::string>("y"));
  EXPECT_EQ(cache.find("all=1", 2, milliseconds{1199}), nullptr);
}

}  // namespace
}  // namespace leakrig
