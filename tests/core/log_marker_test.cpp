#include "harness/core/log_marker.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(LogMarker, ReadsBackWhatItWrote) {
  const std::string marked = format_log_marker({"web-1", 42, Nanos{1'764'018'790'123'456'789}});
  EXPECT_EQ(marked, "web-1 seq=42 due=1764018790.123456789");
  const std::string line = marked + " GET /";
  const auto marker = find_log_marker(line);
  ASSERT_TRUE(marker);
  EXPECT_EQ(marker->container, "web-1");
  EXPECT_EQ(marker->sequence, 42U);
  EXPECT_EQ(marker->due_epoch, Nanos{1'764'018'790'123'456'789});
}

TEST(LogMarker, IsFoundBehindWhatACollectorPutsInFront) {
  const auto marker = find_log_marker(R"({"log":"2025-11-06T10:00:00Z db_1.a seq=0 due=1.000000001 x"})");
  ASSERT_TRUE(marker);
  EXPECT_EQ(marker->container, "db_1.a");
  EXPECT_EQ(marker->due_epoch, Nanos{1'000'000'001});
}

TEST(LogMarker, IsNotSeenWhereThereIsNone) {
  for (const char* line :
       {"", " seq=", "web-1 seq=x due=1.000000000", "web-1 seq=1", "web-1 seq=1 due=5",
        " seq=1 due=1.000000000", "web-1 seq=1 due=1.5", "web-1 seq=99999999999999999999 due=1.000000000",
        "web-1 seq=1 due=99999999999.000000000"}) {
    EXPECT_FALSE(find_log_marker(line)) << line;
  }
}

TEST(LogMarker, SkipsAFalseStartBeforeTheRealOne) {
  const auto marker = find_log_marker("a seq=1 no; web-2 seq=7 due=3.000000000");
  ASSERT_TRUE(marker);
  EXPECT_EQ(marker->sequence, 7U);
}

}  // namespace
}  // namespace leakrig
