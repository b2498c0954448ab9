#include "harness/readings/windows_text.h"

#include <array>
#include <cstdint>

namespace leakrig {
namespace {

/// The bytes 0x80 to 0x9f, from the Unicode Consortium's table of code page 1252.
constexpr std::array<std::uint16_t, 32> kWindows{
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};

std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = length_of(static_cast<unsigned char>(text[i]));
    if (length == 0) return false;
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0U) != 0x80U) return false;
    }
    i += length;
  }
  return true;
}

std::string utf8_of_windows_1252(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
      continue;
    }
    const std::uint32_t point = byte < 0xa0 ? kWindows[byte - 0x80U] : byte;
    if (point < 0x800) {
      out += static_cast<char>(0xc0U | (point >> 6U));
    } else {
      out += static_cast<char>(0xe0U | (point >> 12U));
      out += static_cast<char>(0x80U | ((point >> 6U) & 0x3fU));
    }
    out += static_cast<char>(0x80U | (point & 0x3fU));
  }
  return out;
}

}  // namespace leakrig
