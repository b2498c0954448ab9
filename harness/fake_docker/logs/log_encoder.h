#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/fake_docker/logs/log_format.h"
#include "harness/fleet/fleet.h"

namespace leakrig {

/// Consecutive lines as they go over the wire.
struct EncodedLines {
  std::string bytes;
  std::vector<std::uint32_t> ends;  ///< of each sequence number; a line not wanted adds nothing
  std::uint64_t wanted = 0;         ///< lines that add something

  struct Cut {
    std::size_t finished = 0;    ///< sequence numbers that are through
    std::uint64_t lines = 0;     ///< of them wanted
    std::uint32_t line_end = 0;  ///< where the line that was cut ends; the cut itself if none was
  };
  /// What a short write of `sent` bytes got through, a cut line counted as through.
  Cut cut_at(std::size_t sent) const;
};

/// Makes log lines of a fleet, replacing what `out` held. [first, end) must be known to the container's
/// timeline.
class LogEncoder {
 public:
  LogEncoder(const Fleet& fleet, const ScenarioClock& clock) : fleet_(&fleet), clock_(&clock) {}
  void encode(std::size_t container, std::uint64_t first, std::uint64_t end, LogFormat format,
              EncodedLines& out);

 private:
  /// A line that is one message.
  void append_line(const Container& container, std::uint64_t sequence, Nanos epoch, bool is_stderr,
                   LogFormat format, std::string& out);
  /// One that dockerd splits, or that a script says.
  void append_long_line(const Container& container, std::uint64_t sequence, Nanos epoch, bool is_stderr,
                        LogFormat format, std::string& out);
  /// One that a process said: it has its own line end, or none.
  void append_said(const SaidLine& said, Nanos epoch, LogFormat format, std::string& out);
  /// Writes what comes before the text of a message that is `length` bytes long, frame header and all.
  char* write_prefix(char* to, bool is_stderr, Nanos epoch, std::size_t length, LogFormat format);

  const Fleet* fleet_;
  const ScenarioClock* clock_;
  std::string text_;                        // of one long line, reused
  std::chrono::seconds stamped_second_{0};  // what stamp_ says
  std::string stamp_;                       // a time stamp, of which the fraction varies
};

}  // namespace leakrig
