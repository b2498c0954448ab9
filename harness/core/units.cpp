#include "harness/core/units.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <ctime>

namespace leakrig {
namespace {

struct Unit {
  std::string_view suffix;
  double nanos;
};
// Longer suffixes first, so that "ms" is not read as "m".
constexpr std::array kUnits{Unit{"ns", 1},  Unit{"us", 1e3}, Unit{"ms", 1e6},
                            Unit{"s", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};
constexpr double kLongest = 10'000 * 3600e9;

}  // namespace

std::optional<Nanos> parse_duration(std::string_view text) {
  if (text == "0") return Nanos{0};
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const auto digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    double value = 0;
    const auto [end, ec] =
        std::from_chars(text.data(), text.data() + digits, value, std::chars_format::fixed);
    if (ec != std::errc{} || end != text.data() + digits) return std::nullopt;
    text.remove_prefix(digits);
    const Unit* found = nullptr;
    for (const Unit& unit : kUnits) {
      if (text.starts_with(unit.suffix)) {
        found = &unit;
        break;
      }
    }
    if (found == nullptr) return std::nullopt;
    text.remove_prefix(found->suffix.size());
    total += value * found->nanos;
    if (!(total <= kLongest)) return std::nullopt;
  }
  return Nanos{std::llround(total)};
}

std::string format_duration(Nanos duration) {
  auto left = duration.count();
  if (left == 0) return "0s";
  std::string out = left < 0 ? "-" : "";
  left = std::abs(left);
  for (const auto& [suffix, size] :
       std::array<std::pair<const char*, std::int64_t>, 6>{{{"h", 3'600'000'000'000},
                                                            {"m", 60'000'000'000},
                                                            {"s", 1'000'000'000},
                                                            {"ms", 1'000'000},
                                                            {"us", 1'000},
                                                            {"ns", 1}}}) {
    if (left >= size) out += fmt::format("{}{}", left / size, suffix);
    left %= size;
  }
  return out;
}

std::string humanize_duration(Nanos duration) {
  const double seconds = to_seconds(duration);
  if (std::abs(seconds) < 1) return fmt::format("{:.0f} ms", seconds * 1e3);
  const auto whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) {
    return whole % 60 == 0 ? fmt::format("{} m", whole / 60)
                           : fmt::format("{} m {} s", whole / 60, whole % 60);
  }
  const auto minutes = whole / 60;
  return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60)
                           : fmt::format("{} h {} m", minutes / 60, minutes % 60);
}

std::string humanize_bytes(double bytes) {
  constexpr std::array kSuffixes{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t index = 0;
  while (std::abs(bytes) >= 1024 && index + 1 < kSuffixes.size()) {
    bytes /= 1024;
    ++index;
  }
  if (std::abs(bytes) >= 1e9) return fmt::format("{:.3g} {}", bytes, kSuffixes[index]);
  return index == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, kSuffixes[index]);
}

std::string rfc3339_nano(Nanos since_epoch) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto fraction = (since_epoch - seconds).count();
  const std::time_t time = static_cast<std::time_t>(seconds.count());
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, fraction);
}

std::string significant_text(double value, int digits) {
  constexpr double kLongestWhole = 1e15;  // beyond, a double has no units
  if (std::abs(value) < std::pow(10.0, digits - 1) || !(std::abs(value) < kLongestWhole))
    return fmt::format("{:.{}g}", value, digits);
  return with_thousands(std::llround(value));
}

std::string with_thousands(std::int64_t value) {
  std::string digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

}  // namespace leakrig
