#include "harness/report/safe_text.h"

#include <array>
#include <cstdint>

namespace leakrig {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Character {
  std::uint32_t point = 0xFFFD;
  std::size_t length = 1;
  bool valid = false;
};

/// The character at the beginning of `text`, which is not empty (RFC 3629: no overlong forms, no surrogates).
Character decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {};
  std::uint32_t point = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    point = point << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  if (point < kLeast[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {};
  return {point, length, true};
}

bool is_control(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029;
}

/// What hides or reorders its neighbours.
bool is_deceptive(std::uint32_t point) {
  return (point >= 0x200B && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF || point == 0x061C ||
         (point >= 0xFFF9 && point <= 0xFFFB) || (point & 0xFFFEU) == 0xFFFE ||
         (point >= 0xFDD0 && point <= 0xFDEF) || (point >= 0xE0000 && point <= 0xE0FFF);
}

template <typename Replace>
std::string replaced(std::string_view text, const Replace& replace) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (const char* other = replace(c); other != nullptr) {
      out += other;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text, std::size_t longest) {
  std::string out;
  while (!text.empty()) {
    const Character c = decode(text);
    std::string_view shown = text.substr(0, c.length);
    if (is_control(c.point)) shown = " ";
    if (!c.valid || is_deceptive(c.point)) shown = kReplacement;
    if (out.size() + shown.size() > longest) return out + "...";
    out += shown;
    text.remove_prefix(c.length);
  }
  return out;
}

std::string html_text(std::string_view text) {
  return replaced(text, [](char c) -> const char* {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\'':
        return "&#39;";
      default:
        return nullptr;
    }
  });
}

std::string markdown_text(std::string_view text) {
  return replaced(printable(text), [](char c) -> const char* {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '\\':
        return "\\\\";
      case '`':
        return "\\`";
      case '*':
        return "\\*";
      case '[':
        return "\\[";
      case ']':
        return "\\]";
      case '|':
        return "\\|";
      case '#':
        return "\\#";
      default:
        return nullptr;
    }
  });
}

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  const auto first = text.find_first_not_of(' ');
  if (first != std::string_view::npos && std::string_view{"=+-@"}.find(text[first]) != std::string_view::npos)
    out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string openmetrics_label(std::string_view text) {
  return replaced(text, [](char c) { return c == '\\' ? "\\\\" : c == '"' ? "\\\"" : nullptr; });
}

}  // namespace leakrig
