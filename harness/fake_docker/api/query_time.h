#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/core/clock.h"

namespace leakrig {

/// The time stamps of `since` and `until`, as nanoseconds since 1970: Unix seconds with an optional fraction of up to
/// nine digits that count (right-padded), or RFC 3339 with an offset. The whole range of Go's time is taken; what is
/// further than 126 years from 1970 counts as that far. Nothing, which means no bound, for an empty one and for Go's
/// zero time, which clients send for "since ever" (-62135596800.000000000). Throws ApiError 400.
std::optional<Nanos> parse_query_time(std::string_view name, std::string_view text);

}  // namespace leakrig
