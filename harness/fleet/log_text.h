#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/core/clock.h"

namespace leakrig {

/// Appends one line of a container without its line end: its log marker (core/log_marker.h), then filler,
/// `bytes` - 1 long in all, or as long as the marker if that is longer. The same arguments always give the
/// same text.
void append_log_line(std::string& out, std::string_view container, std::uint64_t sequence, Nanos due_epoch,
                     std::size_t bytes);

/// The two parts of such a line, for who writes millions of them.
/// A marker is at most the container's name and this long.
inline constexpr std::size_t kLongestMarkerTail = 64;
/// Writes the marker to `out` and returns its end.
char* write_marker(char* out, std::string_view container, std::uint64_t sequence, Nanos due_epoch);
/// What follows a marker: `length` (up to 65536) bytes.
std::string_view log_filler(std::size_t length);

}  // namespace leakrig
