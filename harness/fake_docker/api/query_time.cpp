#include "harness/fake_docker/api/query_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostFraction = 20;
constexpr std::size_t kNanoDigits = 9;
/// time.Time{} in Unix seconds: Go's "no time".
constexpr std::int64_t kGoZero = -62'135'596'800;
/// Clients compare with times of now: three centuries about 1970 do, and sums of them fit into nanoseconds.
constexpr std::int64_t kFarthestSeconds = 4'000'000'000;

/// Up to nine digits as nanoseconds, padded on the right; nothing if they are no digits.
std::optional<std::int64_t> fraction_nanos(std::string_view digits) {
  if (digits.size() > kMostFraction || digits.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::int64_t nanos = 0;
  for (std::size_t i = 0; i < kNanoDigits; ++i) nanos = nanos * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return nanos;
}

struct GoTime {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
};

std::optional<GoTime> unix_time(std::string_view text) {
  const auto dot = std::min(text.find('.'), text.size());
  GoTime time;
  const auto [end, error] = std::from_chars(text.data(), text.data() + dot, time.seconds);
  const auto nanos = fraction_nanos(text.substr(std::min(dot + 1, text.size())));
  if (error != std::errc{} || end != text.data() + dot || !nanos) return std::nullopt;
  time.nanos = *nanos;
  return time;
}

/// A number of exactly `digits` digits at the front of `text`, which loses it.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  int number = 0;
  if (text.size() < digits) return std::nullopt;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// The offset from UTC in seconds, which must be all that is left of `text`: "Z", "+02:00".
std::optional<int> zone_offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool west = !text.empty() && text.front() == '-';
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!take(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59 || !text.empty()) return std::nullopt;
  return (west ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

/// RFC 3339, section 5.6.
std::optional<GoTime> rfc3339_time(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !take(text, "Tt ")) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ":")) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take(text, ":")) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::int64_t nanos = 0;
  if (take(text, ".,")) {
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto fraction = fraction_nanos(text.substr(0, end));
    if (end == 0 || !fraction) return std::nullopt;
    nanos = *fraction;
    text.remove_prefix(end);
  }
  const auto offset = zone_offset(text);
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!offset || !date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return GoTime{days * 86400 + *hour * 3600 + *minute * 60 + *second - *offset, nanos};
}

}  // namespace

std::optional<Nanos> parse_query_time(std::string_view name, std::string_view text) {
  if (text.empty()) return std::nullopt;
  auto time = unix_time(text);
  if (!time) time = rfc3339_time(text);
  if (!time) throw api_error::bad_parameter(fmt::format("invalid value for \"{}\": \"{}\"", name, text));
  if (time->seconds == kGoZero && time->nanos == 0) return std::nullopt;
  const auto seconds = std::clamp(time->seconds, -kFarthestSeconds, kFarthestSeconds);
  return Nanos{std::chrono::seconds{seconds}} + Nanos{time->nanos};
}

}  // namespace leakrig
