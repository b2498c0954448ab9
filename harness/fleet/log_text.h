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

}  // namespace leakrig
