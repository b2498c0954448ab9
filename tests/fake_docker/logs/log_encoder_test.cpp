#include "harness/fake_docker/logs/log_encoder.h"

#include <gtest/gtest.h>

#include "harness/core/log_marker.h"
#include "harness/core/units.h"

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

TEST(LogEncoder, ALineIsItsMarkerThenFillerWithWhatTheFormatAsksForBefore) {
  auto config = one_container();
  config.logs.history = 400;
  config.logs.lines_per_s = 300;
  const Fleet fleet(config);
  const StoppedClock wall;
  const ScenarioClock clock(wall, 1);
  LogEncoder encoder(fleet, clock);
  EncodedLines lines;
  LogFormat format{.to_stdout = true, .timestamps = true, .details = true, .framed = true, .chunked = true};
  encoder.encode(0, 0, 400, format, lines);
  std::uint32_t begin = 0;
  for (std::uint64_t sequence = 0; sequence < 400; ++sequence) {
    const auto epoch = clock.epoch_at(*fleet.at(0).timeline.due(sequence));
    const auto stamp =
        rfc3339_nano(epoch) + "  " + format_log_marker({"web-1", sequence, epoch}) + " level=info";
    const auto line = lines.bytes.substr(begin, lines.ends[sequence] - begin);
    EXPECT_EQ(line.substr(0, 4), "a0\r\n");
    EXPECT_EQ(line.substr(4, 8), (std::string{"\1\0\0\0\0\0\0\x98", 8}));
    EXPECT_EQ(line.substr(12, stamp.size()), stamp);
    EXPECT_EQ(line.substr(4 + 160 - 1), "\n\r\n");
    begin = lines.ends[sequence];
  }
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

}  // namespace
}  // namespace leakrig
