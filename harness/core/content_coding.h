#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace leakrig {

/// The decoded bytes would be more than the limit.
struct DecodedTooLarge {};
/// No coding of that name is known.
struct UnknownCoding {};
/// Damaged, cut short, or not in the coding that is named.
struct DamagedCoding {};

using Decoded = std::variant<std::string, DecodedTooLarge, UnknownCoding, DamagedCoding>;

/// Undoes a Content-Encoding, named in lower case: "" or "identity"; "gzip" or "x-gzip" (RFC 1952, any number
/// of members); "deflate" (RFC 1950, or RFC 1951 as some clients send it); "zstd" (RFC 8878, any number of
/// frames); "snappy" (a block, as Prometheus and Loki clients send it, or frames). Never more than `limit`
/// bytes.
Decoded decoded_body(std::string_view coding, const std::string& body, std::size_t limit);

}  // namespace leakrig
