#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace leakrig {

/// The whole of `text` as a number.
template <typename T>
std::optional<T> whole_number(std::string_view text, int base = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Takes the next word off `text`, between spaces, tabs and line ends; empty at its end.
inline std::string_view next_word(std::string_view& text) {
  constexpr std::string_view kSpace = " \t\n";
  const auto start = text.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return text = {};
  text.remove_prefix(start);
  const auto word = text.substr(0, text.find_first_of(kSpace));
  text.remove_prefix(word.size());
  return word;
}

/// Takes the next line off `text`, without its end ("\n" or "\r\n"); empty at the end of `text`.
inline std::string_view next_line(std::string_view& text) {
  auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace leakrig
