#include "harness/report/configuration.h"

#include <gtest/gtest.h>

#include "tests/support/analysis_builder.h"

namespace leakrig {
namespace {

TEST(Changes, HaveABeforeAndAnAfter) {
  const auto changes = changes_of(task3_analysis(), "keepalives-off");
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].option, "/subject/collector/docker/transport/disable_keep_alives");
  EXPECT_EQ(changes[0].before, "false");
  EXPECT_EQ(changes[0].after, "true");
  EXPECT_EQ(changes[1].before, "not set");
  EXPECT_TRUE(changes_of(task3_analysis(), "keepalives-on").empty());
}

TEST(Changes, OfTheSameOptionAreOnePhrase) {
  EXPECT_EQ(changes_phrase({{"/subject/collector/docker/transport/x", "0", "50"},
                            {"/subject/collector/loki/transport/x", "0", "50"}}),
            "`x` 0 → 50 (docker, loki)");
  EXPECT_EQ(changes_phrase({{"/sampling/duration", "\"5m\"", "\"20m\""}}),
            "`duration` \"5m\" → \"20m\" (sampling)");
}

}  // namespace
}  // namespace leakrig
