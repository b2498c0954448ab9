#include <fmt/format.h>
#include <time.h>

#include <chrono>
#include <cmath>
#include <cstdlib>

#include "harness/core/units.h"
#include "harness/readings/time_text.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

/// Seconds and what is behind the point of "1.5" at the front of `text`, which is taken off.
double taken_fraction(std::string_view& text) {
  double value = 0;
  double unit = 0.1;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), unit /= 10)
    value += unit * (text.front() - '0');
  return value;
}

}  // namespace

std::optional<TimeText> parse_time_by(std::string_view text, const std::string& pattern) {
  text = trimmed(text);
  tm parts{};
  parts.tm_mday = 1;
  parts.tm_year = 70;
  double fraction = 0;
  const std::size_t cut = pattern.find("%f");
  const std::string own{text};
  const char* at = ::strptime(own.c_str(), pattern.substr(0, cut).c_str(), &parts);
  if (at != nullptr && cut != std::string::npos) {
    std::string_view rest{at};
    fraction = taken_fraction(rest);
    at = ::strptime(rest.data(), pattern.substr(cut + 2).c_str(), &parts);
  }
  if (at == nullptr || *at != '\0') return std::nullopt;
  TimeText time;
  const long offset = parts.tm_gmtoff;
  parts.tm_gmtoff = 0;
  const std::time_t seconds = ::timegm(&parts);
  const std::int64_t days = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400);
  time.days = days;
  time.seconds_of_day = static_cast<double>(seconds - days * 86400) + fraction;
  time.has_time = true;
  if (pattern.find("%z") != std::string::npos) time.offset_s = static_cast<std::int32_t>(offset);
  if (pattern.find("%s") != std::string::npos) time.offset_s = 0;
  return time;
}

std::optional<double> parse_elapsed_text(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  if (text.find(':') == std::string_view::npos) {
    const auto duration = parse_duration(text);
    return duration ? std::optional{to_seconds(*duration)} : std::nullopt;
  }
  double days = 0;
  double total = 0;
  int fields = 0;
  while (!text.empty()) {
    double field = 0;
    std::size_t size = 0;
    for (; size < text.size() && size < 9 && text[size] >= '0' && text[size] <= '9'; ++size)
      field = field * 10 + (text[size] - '0');
    if (size == 0) return std::nullopt;
    text.remove_prefix(size);
    if (text.starts_with('-') && fields == 0 && days == 0) {
      days = field;
      text.remove_prefix(1);
      continue;
    }
    if (fields > 0 && field > 59.999) return std::nullopt;
    total = total * 60 + field;
    ++fields;
    if (text.starts_with('.') || text.starts_with(',')) {
      text.remove_prefix(1);
      total += taken_fraction(text);
      if (!text.empty()) return std::nullopt;
    } else if (text.starts_with(':')) {
      text.remove_prefix(1);
      if (text.empty()) return std::nullopt;
    } else if (!text.empty()) {
      return std::nullopt;
    }
  }
  if (fields < 2 || fields > 3) return std::nullopt;
  return days * 86400 + total;
}

std::string time_shown(double seconds) {
  using namespace std::chrono;
  constexpr double kFirst = -62135596800.0;  // 0001-01-01
  constexpr double kLast = 253402300799.0;   // 9999-12-31
  if (!(seconds >= kFirst && seconds <= kLast)) return fmt::format("@{:g}", seconds);
  const double whole = std::floor(seconds + 0.0005);
  const double fraction = seconds - whole;
  const auto count = static_cast<std::int64_t>(whole);
  const std::int64_t day_number = count >= 0 ? count / 86400 : -((86399 - count) / 86400);
  const std::int64_t of_day = count - day_number * 86400;
  const year_month_day date{sys_days{days{day_number}}};
  const auto text = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                of_day / 3600, of_day / 60 % 60, of_day % 60);
  return fraction >= 0.001 ? text + fmt::format("{:.3f}", fraction).substr(1) : text;
}

}  // namespace leakrig
