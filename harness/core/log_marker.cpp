#include "harness/core/log_marker.h"

#include <fmt/format.h>

#include <charconv>

namespace leakrig {
namespace {

constexpr std::string_view kSequence = " seq=";
constexpr std::string_view kDue = " due=";
constexpr std::size_t kFractionDigits = 9;

/// Reads digits at the front of `text` and takes them off.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-';
}

}  // namespace

std::string format_log_marker(const LogMarker& marker) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(marker.due_epoch);
  return fmt::format("{}{}{}{}{}.{:09}", marker.container, kSequence, marker.sequence, kDue, seconds.count(),
                     (marker.due_epoch - seconds).count());
}

std::optional<LogMarker> find_log_marker(std::string_view line) {
  for (auto at = line.find(kSequence); at != std::string_view::npos; at = line.find(kSequence, at + 1)) {
    auto begin = at;
    while (begin > 0 && is_name_character(line[begin - 1])) --begin;
    if (begin == at) continue;
    LogMarker marker{line.substr(begin, at - begin), 0, Nanos{0}};
    auto rest = line.substr(at + kSequence.size());
    const auto sequence = take_number(rest);
    if (!sequence || !rest.starts_with(kDue)) continue;
    rest.remove_prefix(kDue.size());
    const auto seconds = take_number(rest);
    if (!seconds || *seconds > 9'000'000'000ULL || !rest.starts_with('.')) continue;
    rest.remove_prefix(1);
    const auto digits = rest.size();
    const auto fraction = take_number(rest);
    if (!fraction || digits - rest.size() != kFractionDigits) continue;
    marker.sequence = *sequence;
    marker.due_epoch = std::chrono::seconds{*seconds} + Nanos{*fraction};
    return marker;
  }
  return std::nullopt;
}

}  // namespace leakrig
