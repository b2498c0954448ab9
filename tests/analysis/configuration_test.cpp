#include "harness/analysis/configuration.h"

#include <gtest/gtest.h>

#include "tests/support/analysis_builder.h"

namespace leakrig {
namespace {

TEST(Changes, HaveABeforeAndAnAfter) {
  const Analysis analysis = task3_analysis();
  const auto& changes = analysis.variant("keepalives-off")->changes;
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].option, "/subject/collector/docker/transport/disable_keep_alives");
  EXPECT_EQ(changes[0].before, "false");
  EXPECT_EQ(changes[0].after, "true");
  EXPECT_EQ(changes[1].before, "not set");
  EXPECT_TRUE(analysis.variant("keepalives-on")->changes.empty());
}

TEST(Changes, OfOptionsLeaveTheLoadAsItIs) {
  EXPECT_TRUE(is_same_load({{"/subject/collector/docker/pool", "5", "1"}}));
  EXPECT_TRUE(is_same_load({}));
  EXPECT_FALSE(is_same_load({{"/subject/collector/docker/pool", "5", "1"}, {"/fleet/containers", "8", "2"}}));
  EXPECT_FALSE(is_same_load({{"/sampling/duration", "\"5m\"", "\"20m\""}}));
}

}  // namespace
}  // namespace leakrig
