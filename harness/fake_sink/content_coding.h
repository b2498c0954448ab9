#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace leakrig {

/// The decoded bytes would be more than the limit.
struct DecodedTooLarge {};

/// Undoes gzip (RFC 1952, any number of members) or zlib (RFC 1950), whichever `coded` is. Nothing when it is
/// neither, damaged or cut short.
std::optional<std::variant<std::string, DecodedTooLarge>> inflated(std::string_view coded, std::size_t limit);

}  // namespace leakrig
