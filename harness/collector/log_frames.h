#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/clock.h"

namespace leakrig {

/// Takes Docker's multiplexed log stream apart, in whatever pieces it comes: 8 bytes of header (stream 0-3,
/// three zeros, length as a big-endian uint32), then the payload. TTY streams have no frames.
class FrameDecoder {
 public:
  static constexpr std::size_t kMaxPayload = 1024 * 1024;

  struct Frame {
    int stream = 1;  ///< 1 out, 2 err, 3 an error of the daemon's
    std::string payload;
  };
  void feed(std::string_view bytes) { buffer_ += bytes; }
  /// The next whole frame, if there is one.
  std::optional<Frame> next();
  /// The bytes are not frames: nothing more will come.
  bool broken() const { return broken_; }

 private:
  std::string buffer_;
  std::size_t begin_ = 0;
  bool broken_ = false;
};

/// Lines out of pieces of text. A carriage return before the line's end goes, as a TTY writes it.
class LineSplitter {
 public:
  void feed(std::string_view text) { buffer_ += text; }
  std::optional<std::string> next();

 private:
  std::string buffer_;
  std::size_t begin_ = 0;
};

/// "2025-11-06T10:00:00.000000000Z": what `timestamps=1` puts before a line; nothing for any other form.
std::optional<Nanos> parse_rfc3339_nano(std::string_view text);

/// "seconds.nanoseconds", as `since` takes it.
std::string format_since(Nanos since_epoch);

/// A line with its time stamp.
struct LogLine {
  Nanos epoch{0};
  std::string text;
};

/// Takes the time stamp off; nothing if there is none.
std::optional<LogLine> parse_stamped_line(std::string_view line);

}  // namespace leakrig
