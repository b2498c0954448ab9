#pragma once

#include <optional>
#include <string>

namespace leakrig {

/// Seconds since the Unix epoch of "2025-11-06T10:00:00.25Z" or with +01:00, or a space for the T; without a
/// zone it is UTC.
std::optional<double> parse_iso8601(const std::string& text);

}  // namespace leakrig
