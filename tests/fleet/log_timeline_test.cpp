#include "harness/fleet/log_timeline.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(LogTimeline, LinesComeAtTheRateFromThePhaseOn) {
  LogTimeline timeline(0.5);
  timeline.open(seconds{10}, 2);
  EXPECT_EQ(timeline.due(0), Nanos{milliseconds{10250}});
  EXPECT_EQ(timeline.due(3), Nanos{milliseconds{11750}});
}

TEST(LogTimeline, WrittenIsInclusiveAndAgreesWithDue) {
  LogTimeline timeline(0.3);
  timeline.open(Nanos{0}, 3);  // an interval that is no whole number of nanoseconds
  for (std::uint64_t sequence = 0; sequence < 2000; ++sequence) {
    const auto due = *timeline.due(sequence);
    ASSERT_EQ(timeline.written_until(due), sequence + 1);
    ASSERT_EQ(timeline.written_until(due - Nanos{1}), sequence);
    ASSERT_EQ(timeline.first_due_at_or_after(due), sequence);
    ASSERT_EQ(timeline.first_due_at_or_after(due + Nanos{1}), sequence + 1);
  }
}

TEST(LogTimeline, SequenceRunsOnOverARestart) {
  LogTimeline timeline(0);
  timeline.open(Nanos{0}, 1);
  timeline.close(milliseconds{2500});  // 0, 1, 2
  EXPECT_EQ(timeline.due(3), std::nullopt);
  EXPECT_EQ(timeline.written_until(seconds{100}), 3U);
  EXPECT_EQ(timeline.first_due_at_or_after(seconds{100}), 3U);
  timeline.open(seconds{60}, 1);
  EXPECT_EQ(timeline.due(2), Nanos{seconds{2}});
  EXPECT_EQ(timeline.due(3), Nanos{seconds{60}});
  EXPECT_EQ(timeline.written_until(seconds{30}), 3U);
  EXPECT_EQ(timeline.first_due_at_or_after(seconds{30}), 3U);
}

TEST(LogTimeline, LineAtTheMomentOfDeathCounts) {
  LogTimeline timeline(0);
  timeline.open(Nanos{0}, 1);
  timeline.close(seconds{2});
  EXPECT_EQ(timeline.written_until(seconds{2}), 3U);
}

TEST(LogTimeline, SilentContainerNeverWrites) {
  LogTimeline timeline(0.9);
  timeline.open(Nanos{0}, 0);
  EXPECT_EQ(timeline.due(0), std::nullopt);
  EXPECT_EQ(timeline.written_until(seconds{1'000'000}), 0U);
}

TEST(LogTimeline, OldRunsAreForgottenAndNumbersStay) {
  LogTimeline timeline(0);
  constexpr auto kRuns = static_cast<int>(LogTimeline::kMaxRuns) + 200;
  for (int run = 0; run < kRuns; ++run) {
    timeline.open(seconds{10 * run}, 1);
    timeline.close(seconds{10 * run} + milliseconds{1500});  // two lines each
  }
  EXPECT_EQ(timeline.first(), 2U * 200);
  EXPECT_EQ(timeline.due(timeline.first() - 1), std::nullopt);
  EXPECT_EQ(timeline.written_until(seconds{10LL * kRuns}), 2U * kRuns);
}

TEST(LogTimeline, AppendedLinesFollowOneAnother) {
  LogTimeline timeline(0.5);
  EXPECT_EQ(timeline.append(seconds{1}, 3), 0U);
  EXPECT_EQ(timeline.written_until(seconds{1}), 1U);
  EXPECT_EQ(timeline.written_until(seconds{9}), 3U);
  EXPECT_EQ(timeline.due(3), std::nullopt);
  // At the same moment: right behind.
  EXPECT_EQ(timeline.append(seconds{1}, 2), 3U);
  EXPECT_EQ(timeline.due(3), seconds{1} + std::chrono::microseconds{3});
  timeline.open(seconds{9}, 1);
  EXPECT_EQ(timeline.written_until(seconds{10}), 6U);
  EXPECT_EQ(timeline.append(seconds{11}, 1), 7U) << "ends the open run";
}

TEST(LogTimeline, ForgetsTheOldest) {
  LogTimeline timeline;
  for (int i = 0; i < 1000; ++i) timeline.append(seconds{i}, 2);
  timeline.forget_before(1500);
  EXPECT_EQ(timeline.first(), 1500U);
  EXPECT_EQ(timeline.due(1499), std::nullopt);
  EXPECT_EQ(timeline.due(1500), seconds{750});
  EXPECT_EQ(timeline.written_until(seconds{10}), 1500U);
  EXPECT_EQ(timeline.append(seconds{1000}, 1), 2000U);
}

}  // namespace
}  // namespace leakrig
