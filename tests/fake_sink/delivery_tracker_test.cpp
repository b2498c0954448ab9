#include "harness/fake_sink/delivery_tracker.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanos kDue = seconds{1'764'000'000};
constexpr double kScale = 60;

LogMarker marker(std::string_view container, std::uint64_t sequence, Nanos due = kDue) {
  return {container, sequence, due};
}

TEST(DeliveryTracker, CountsWhatWasWrittenAndNeverArrivedAsLost) {
  DeliveryTracker tracker{kScale};
  for (const auto sequence : {0U, 1U, 3U}) tracker.observe(marker("web", sequence), kDue);
  const auto delivery = tracker.delivery({{"web", {0, 5}}, {"silent", {10, 12}}});
  EXPECT_EQ(delivery.lines_written, 7U);
  EXPECT_EQ(delivery.lines_delivered, 3U);
  EXPECT_EQ(delivery.lines_lost, 4U);
  EXPECT_EQ(delivery.lines_duplicated, 0U);
}

TEST(DeliveryTracker, CountsEachDeliveryBeyondTheFirstAsADuplicate) {
  DeliveryTracker tracker{kScale};
  for (const auto sequence : {0U, 1U, 1U, 1U, 0U}) tracker.observe(marker("web", sequence), kDue);
  const auto delivery = tracker.delivery({{"web", {0, 2}}});
  EXPECT_EQ(delivery.lines_delivered, 2U);
  EXPECT_EQ(delivery.lines_duplicated, 3U);
  EXPECT_EQ(delivery.lines_lost, 0U);
}

TEST(DeliveryTracker, LeavesOutTheWarmUp) {
  DeliveryTracker tracker{kScale};
  tracker.observe(marker("web", 0), kDue);
  tracker.start_window(kDue + seconds{10});
  tracker.observe(marker("web", 1, kDue + seconds{9}), kDue + seconds{11});
  tracker.observe(marker("web", 2, kDue + seconds{10}), kDue + seconds{11});
  const auto delivery = tracker.delivery({{"web", {2, 4}}});
  EXPECT_EQ(delivery.lines_written, 2U);
  EXPECT_EQ(delivery.lines_delivered, 1U);
}

TEST(DeliveryTracker, MeasuresLatencyFromWhenALineWasDueInScenarioTime) {
  DeliveryTracker tracker{kScale};
  tracker.observe(marker("web", 0), kDue + milliseconds{10});
  EXPECT_NEAR(tracker.delivery({}).latency_p50_ms, 600, 7);
}

TEST(DeliveryTracker, DoesNotCountARepetitionIntoTheLatency) {
  DeliveryTracker tracker{kScale};
  tracker.observe(marker("web", 0), kDue + milliseconds{10});
  tracker.observe(marker("web", 0), kDue + seconds{10});
  EXPECT_NEAR(tracker.delivery({}).latency_p99_ms, 600, 7);
}

TEST(DeliveryTracker, KeepsContainersApart) {
  DeliveryTracker tracker{kScale};
  tracker.observe(marker("a", 0), kDue);
  tracker.observe(marker("b", 0), kDue);
  const auto delivery = tracker.delivery({{"a", {0, 1}}, {"b", {0, 1}}});
  EXPECT_EQ(delivery.lines_delivered, 2U);
  EXPECT_EQ(delivery.lines_duplicated, 0U);
}

}  // namespace
}  // namespace leakrig
