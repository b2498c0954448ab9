#include "harness/collector/log_frames.h"

#include <gtest/gtest.h>

#include <vector>

namespace leakrig {
namespace {

using std::chrono::seconds;
using namespace std::string_literals;

const std::string kTwoFrames = "\x01\0\0\0\0\0\0\x03one\x02\0\0\0\0\0\0\x04"s + "two\n"s;

std::vector<std::string> payloads(FrameDecoder& decoder) {
  std::vector<std::string> found;
  while (const auto frame = decoder.next()) found.push_back(std::to_string(frame->stream) + frame->payload);
  return found;
}

TEST(FrameDecoder, TakesFramesApart) {
  FrameDecoder decoder;
  decoder.feed(kTwoFrames);
  EXPECT_EQ(payloads(decoder), (std::vector<std::string>{"1one", "2two\n"}));
}

TEST(FrameDecoder, TakesThemInAnyPieces) {
  for (std::size_t cut = 0; cut <= kTwoFrames.size(); ++cut) {
    FrameDecoder decoder;
    decoder.feed(std::string_view{kTwoFrames}.substr(0, cut));
    auto found = payloads(decoder);
    decoder.feed(std::string_view{kTwoFrames}.substr(cut));
    for (auto& payload : payloads(decoder)) found.push_back(payload);
    EXPECT_EQ(found, (std::vector<std::string>{"1one", "2two\n"})) << "cut at " << cut;
    EXPECT_FALSE(decoder.broken());
  }
}

TEST(FrameDecoder, TakesAnEmptyFrame) {
  FrameDecoder decoder;
  decoder.feed("\x01\0\0\0\0\0\0\0"s);
  EXPECT_EQ(payloads(decoder), (std::vector<std::string>{"1"}));
}

TEST(FrameDecoder, BreaksOnWhatIsNoFrame) {
  for (const auto& bytes : {"\x04\0\0\0\0\0\0\x01x"s, "\x01\x01\0\0\0\0\0\x01x"s,
                            "2025-11-06T10:00:00Z text"s, "\x01\0\0\0\xff\xff\xff\xff"s}) {
    FrameDecoder decoder;
    decoder.feed(bytes);
    EXPECT_FALSE(decoder.next());
    EXPECT_TRUE(decoder.broken());
    decoder.feed(kTwoFrames);
    EXPECT_FALSE(decoder.next()) << "there is no way back into step";
  }
}

TEST(LineSplitter, GivesWholeLinesOnly) {
  LineSplitter lines;
  lines.feed("one\ntw");
  EXPECT_EQ(lines.next(), "one");
  EXPECT_EQ(lines.next(), std::nullopt);
  lines.feed("o\r\n\nrest");
  EXPECT_EQ(lines.next(), "two");
  EXPECT_EQ(lines.next(), "");
  EXPECT_EQ(lines.next(), std::nullopt);
}

TEST(Timestamp, ReadsDockersForm) {
  EXPECT_EQ(parse_rfc3339_nano("1970-01-01T00:00:01.000000002Z"), seconds{1} + Nanos{2});
  EXPECT_EQ(parse_rfc3339_nano("2025-11-06T10:00:00.123456789Z"), seconds{1'762'423'200} + Nanos{123456789});
}

TEST(Timestamp, RefusesOtherForms) {
  for (const auto* text :
       {"", "2025-11-06T10:00:00Z", "2025-11-06T10:00:00.12345678Z", "2025-11-06 10:00:00.123456789Z",
        "2025-11-06T10:00:00.123456789+", "x025-11-06T10:00:00.123456789Z"}) {
    EXPECT_FALSE(parse_rfc3339_nano(text)) << text;
  }
}

TEST(Timestamp, StandsInSinceAsSecondsAndNanoseconds) {
  EXPECT_EQ(format_since(seconds{1'762'423'200} + Nanos{5}), "1762423200.000000005");
  EXPECT_EQ(format_since(Nanos{0}), "0.000000000");
}

TEST(Timestamp, ComesOffItsLine) {
  const auto line = parse_stamped_line("1970-01-01T00:00:01.000000000Z hello world");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->epoch, seconds{1});
  EXPECT_EQ(line->text, "hello world");
  EXPECT_EQ(parse_stamped_line("1970-01-01T00:00:01.000000000Z")->text, "");
  EXPECT_FALSE(parse_stamped_line("no stamp"));
}

}  // namespace
}  // namespace leakrig
