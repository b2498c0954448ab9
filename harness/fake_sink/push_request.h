#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace leakrig {

/// The lines of one push, in order.
struct PushedLines {
  std::vector<std::string> lines;
};

/// Why a push is refused; the text of the 400 answer.
struct PushRefused {
  std::string reason;
};

/// Reads the body of POST /loki/api/v1/push:
/// {"streams":[{"stream":{label: value, ...},"values":[["<nanoseconds>","line"(, metadata object)], ...]}]}.
/// A stream needs a label, labels are strings, a time stamp is a string of digits. Never throws.
std::variant<PushedLines, PushRefused> parse_push_request(std::string_view body);

}  // namespace leakrig
