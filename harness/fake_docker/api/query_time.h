#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/core/clock.h"

namespace leakrig {

/// The time stamps of `since` and `until`: seconds since the epoch with an optional fraction of up to nine
/// digits that count (right-padded). Nothing for an empty one or 0, which mean no bound. Throws ApiError 400.
std::optional<Nanos> parse_query_time(std::string_view name, std::string_view text);

}  // namespace leakrig
