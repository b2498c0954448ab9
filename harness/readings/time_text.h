#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leakrig {

/// Which of the two first numbers of "11/06/2025" is the day.
enum class DayOrder { day_first, month_first };

/// A date and a time of day as a text gives them; what it does not say is not there.
struct TimeText {
  std::optional<std::int64_t> days;  ///< from 1970-01-01, in the proleptic Gregorian calendar
  double seconds_of_day = 0;
  std::optional<std::int32_t> offset_s;  ///< east of UTC
  bool has_time = false;
  bool order_matters = false;  ///< another DayOrder would be another day
  bool has_year = true;
  /// Local seconds from 1970-01-01, less the offset where there is one.
  double seconds() const {
    return static_cast<double>(days.value_or(0)) * 86400.0 + seconds_of_day -
           static_cast<double>(offset_s.value_or(0));
  }
};

/// ISO 8601 in its extended and basic forms (blank for the T, any offset, comma or point before a fraction),
/// dates with slashes, points and names of months, the forms of `date`, of RFC 1123, syslog and the Common
/// Log Format, times of day with or without AM and PM. Nothing for anything else, and for a month, day, hour,
/// minute that there is not.
std::optional<TimeText> parse_time_text(std::string_view text, DayOrder order);

/// By a pattern of strptime(3); %f besides it is a fraction of a second.
std::optional<TimeText> parse_time_by(std::string_view text, const std::string& pattern);

/// "[[D-]HH:]MM:SS[.f]" as ps, top and time write how long something has lasted, and "1h2m3s"; in seconds.
std::optional<double> parse_elapsed_text(std::string_view text);

/// "2025-11-06 10:00:00", with a fraction if there is one; years 0001 to 9999, else "@SECONDS".
std::string time_shown(double seconds);

}  // namespace leakrig
