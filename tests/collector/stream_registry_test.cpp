#include "harness/collector/fixes/stream_registry.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

ContainerMonitorConfig limited(int max, StreamLimit::AtLimit at_limit) {
  ContainerMonitorConfig config;
  config.stream_limit = {max, at_limit};
  return config;
}

TEST(StreamRegistry, WithoutAFixKeepsNoStream) {
  StreamRegistry registry{ContainerMonitorConfig{}};
  EXPECT_NE(registry.admit(), nullptr);
  EXPECT_EQ(registry.size(), 0U);
}

TEST(StreamRegistry, AtItsLimitRefuses) {
  StreamRegistry registry{limited(2, StreamLimit::AtLimit::refuse)};
  const auto first = registry.admit();
  const auto second = registry.admit();
  EXPECT_EQ(registry.admit(), nullptr);
  EXPECT_FALSE(first->cancelled());
  registry.closed(second);
  EXPECT_NE(registry.admit(), nullptr);
}

TEST(StreamRegistry, AtItsLimitEvictsTheOldest) {
  StreamRegistry registry{limited(2, StreamLimit::AtLimit::evict_oldest)};
  const auto first = registry.admit();
  const auto second = registry.admit();
  EXPECT_NE(registry.admit(), nullptr);
  EXPECT_TRUE(first->cancelled());
  EXPECT_FALSE(second->cancelled());
  EXPECT_EQ(registry.size(), 2U);
}

TEST(StreamRegistry, RotationCancelsEveryStream) {
  StreamRegistry registry{limited(9, StreamLimit::AtLimit::refuse)};
  const auto first = registry.admit();
  const auto second = registry.admit();
  registry.cancel_all();
  EXPECT_TRUE(first->token().stop_requested());
  EXPECT_TRUE(second->token().stop_requested());
  EXPECT_EQ(registry.size(), 0U);
}

TEST(StreamRegistry, EndsWhatNobodyHasReadFrom) {
  StreamRegistry registry{limited(9, StreamLimit::AtLimit::refuse)};
  const auto unread = registry.admit();
  const auto read = registry.admit();
  const auto moment = unread->last_read() + std::chrono::minutes{1};
  read->note_read(moment);
  registry.cancel_unread_since(moment);
  EXPECT_TRUE(unread->cancelled());
  EXPECT_FALSE(read->cancelled());
  EXPECT_EQ(registry.size(), 1U);
}

}  // namespace
}  // namespace leakrig
