#include <gtest/gtest.h>

#include "harness/core/log_marker.h"
#include "harness/fake_docker/event_hub.h"
#include "harness/fake_docker/log_encoder.h"

namespace leakrig {
namespace {

class StoppedClock final : public Clock {
 public:
  Nanos monotonic() const override { return Nanos{0}; }
  Nanos wall() const override { return std::chrono::seconds{1'700'000'000}; }
};

FleetConfig one_container() {
  FleetConfig config;
  config.containers = 1;
  config.logs.history = 10;
  return config;
}

TEST(LogEncoder, FramesStatePayloadLengthAndStream) {
  auto config = one_container();
  config.logs.stderr_every = 2;
  const Fleet fleet(config);
  const StoppedClock wall;
  const ScenarioClock clock(wall, 1);
  EncodedLines lines;
  LogEncoder(fleet, clock).encode(0, 0, 2, {.to_stdout = true, .to_stderr = true, .framed = true}, lines);
  ASSERT_EQ(lines.bytes.size(), 2U * (8 + 120));
  EXPECT_EQ(lines.bytes.substr(0, 8), (std::string{"\x01\0\0\0\0\0\0\x78", 8}));
  EXPECT_EQ(lines.bytes[128], '\2');
  EXPECT_EQ(lines.wanted, 2U);
}

TEST(LogEncoder, StreamNotAskedForLeavesNothing) {
  auto config = one_container();
  config.logs.stderr_every = 2;
  const Fleet fleet(config);
  const StoppedClock wall;
  const ScenarioClock clock(wall, 1);
  EncodedLines lines;
  LogEncoder(fleet, clock).encode(0, 0, 4, {.to_stderr = true}, lines);
  EXPECT_EQ(lines.ends, (std::vector<std::uint32_t>{0, 120, 120, 240}));
}

TEST(LogEncoder, LongLineIsSplitAt16KiB) {
  auto config = one_container();
  config.logs.bytes = 40000;
  const Fleet fleet(config);
  const StoppedClock wall;
  const ScenarioClock clock(wall, 1);
  EncodedLines lines;
  LogEncoder(fleet, clock).encode(0, 0, 1, {.to_stdout = true, .framed = true}, lines);
  EXPECT_EQ(lines.bytes.size(), 40000U + 3 * 8);
  EXPECT_EQ(lines.bytes.substr(4, 4), (std::string{"\0\0\x40\0", 4}));
}

TEST(EncodedLines, CutFallsIntoALineOrBetweenTwo) {
  EncodedLines lines;
  lines.bytes.assign(30, 'x');
  lines.ends = {10, 10, 20, 30};  // the second is not wanted
  const auto inside = lines.cut_at(15);
  EXPECT_EQ(inside.finished, 3U);
  EXPECT_EQ(inside.lines, 2U);
  EXPECT_EQ(inside.line_end, 20U);
  const auto between = lines.cut_at(10);
  EXPECT_EQ(between.finished, 2U);
  EXPECT_EQ(between.line_end, 10U);
  EXPECT_EQ(lines.cut_at(0).finished, 0U);
}

TEST(EventHub, RemembersTheLast256) {
  EventHub hub;
  for (int i = 0; i < 300; ++i) {
    DockerEvent event;
    event.action = std::to_string(i);
    hub.publish(event);
  }
  EXPECT_EQ(hub.remembered().size(), 256U);
  EXPECT_EQ(hub.remembered().front().action, "44");
}

TEST(EventHub, SlowSubscriberLosesWhatDoesNotFit) {
  EventHub hub;
  int wakes = 0;
  EventHub::Subscription subscription(
      hub, [](const DockerEvent& event) { return event.action != "kill"; }, [&wakes] { ++wakes; });
  DockerEvent unwanted;
  unwanted.action = "kill";
  hub.publish(unwanted);
  EXPECT_EQ(wakes, 0);
  for (int i = 0; i < 2000; ++i) hub.publish({});
  EXPECT_EQ(subscription.take().size(), EventHub::kBuffered);
  EXPECT_TRUE(subscription.take().empty());
}

}  // namespace
}  // namespace leakrig
