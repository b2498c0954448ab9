#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "harness/core/error.h"

namespace leakrig {

/// What a JSON text may be at most. A deeper one would overflow the stack of whoever walks, copies or writes
/// the value.
struct JsonBounds {
  std::size_t bytes = 64U << 20U;
  std::size_t depth = 100;  ///< objects and arrays within each other
  bool comments = false;    ///< // and /* */ are allowed
};

/// A place in a text: both from 1, the column in characters.
struct TextPlace {
  std::size_t line = 0;
  std::size_t column = 0;
};
TextPlace place_in(std::string_view text, std::size_t offset);

/// A text that is not JSON, or not within its bounds. what() is "line 3, column 14: REASON".
class JsonError : public UsageError {
 public:
  JsonError(TextPlace place, const std::string& reason);
  const TextPlace& place() const { return place_; }
  const std::string& reason() const { return reason_; }

 private:
  TextPlace place_;
  std::string reason_;
};

/// Parses a whole text. Refuses, besides what is no JSON, what is out of bounds and a key that stands twice
/// in an object. Throws JsonError.
nlohmann::json parse_json(std::string_view text, const JsonBounds& bounds = {});

/// Where a value stands: offsets of its key (of the value itself, if it has none) and of the value.
struct JsonOffsets {
  std::size_t key = 0;
  std::size_t value = 0;
};
/// By JSON pointer; "" is the whole document.
using JsonPlaces = std::map<std::string, JsonOffsets, std::less<>>;

/// The same, and where each value stands in the text.
nlohmann::json parse_json(std::string_view text, const JsonBounds& bounds, JsonPlaces& places);

/// A key as a part of a JSON pointer (RFC 6901): ~ and / are escaped.
std::string pointer_token(std::string_view key);

}  // namespace leakrig
