#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/clock.h"

namespace leakrig {

/// What every line of a fake container begins with, so that a line can be recognised wherever it arrives:
/// which container wrote it, its sequence number there (from 0, without gaps), and when it was due.
/// The views point into the parsed line.
struct LogMarker {
  std::string_view container;
  std::uint64_t sequence = 0;
  Nanos due_epoch{0};  ///< wall clock, since the Unix epoch
};

/// "web-1 seq=42 due=1764018790.123456789": container names hold no spaces.
std::string format_log_marker(const LogMarker& marker);

/// The first marker in `line`, wherever a collector has put it (after a time stamp, inside JSON);
/// nothing if there is none. Never throws.
std::optional<LogMarker> find_log_marker(std::string_view line);

}  // namespace leakrig
