#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/clock.h"

namespace leakrig {

/// Go's duration syntax without a sign: "300ms", "30s", "1m30s", "1.5h" (units ns, us, ms, s, m, h).
/// Nothing for anything else, for a negative one, and for more than 10,000 hours.
std::optional<Nanos> parse_duration(std::string_view text);

/// The shortest form parse_duration reads back: "30s", "1m30s", "250ms", "0s".
std::string format_duration(Nanos duration);

/// For people: "4 m 31 s", "850 ms", "2 h 3 m".
std::string humanize_duration(Nanos duration);

/// For people, binary units: "512 B", "4.0 KiB", "57.3 MiB".
std::string humanize_bytes(double bytes);

/// RFC 3339 in UTC with nanoseconds, always 30 characters: "2025-11-06T10:00:00.000000000Z", as dockerd
/// writes it.
std::string rfc3339_nano(Nanos since_epoch);

/// With thousands separators: 12,345.
std::string with_thousands(std::int64_t value);

/// "0.25", "2.5", "190", "1,234": this many significant digits, and all digits before the point.
std::string significant_text(double value, int digits);

}  // namespace leakrig
