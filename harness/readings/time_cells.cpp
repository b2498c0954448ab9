#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "harness/core/error.h"
#include "harness/readings/cell.h"
#include "harness/readings/numbers.h"
#include "harness/readings/time_column.h"
#include "harness/readings/time_text.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Scale {
  std::string_view name;
  double seconds;
  std::string_view epoch_name;
};
constexpr std::array kScales{Scale{"s", 1, "epoch seconds"},
                             Scale{"ms", 1e-3, "epoch milliseconds"},
                             Scale{"us", 1e-6, "epoch microseconds"},
                             Scale{"ns", 1e-9, "epoch nanoseconds"},
                             Scale{"min", 60, ""},
                             Scale{"h", 3600, ""},
                             Scale{"d", 86400, ""}};
/// The years 1985 to 2128: numbers of this size are points in time, and each unit's are far from the others'.
constexpr double kFirstEpoch = 5e8;
constexpr double kLastEpoch = 5e9;

bool is_epoch(double seconds) {
  return seconds >= kFirstEpoch && seconds < kLastEpoch;
}

const Scale* scale_by_magnitude(double value) {
  const auto found = std::find_if(kScales.begin(), kScales.begin() + 4,
                                  [&](const Scale& s) { return is_epoch(value * s.seconds); });
  return found == kScales.begin() + 4 ? nullptr : &*found;
}

const Scale* scale_of(const Unit& unit) {
  if (unit.dimension != Dimension::seconds) return nullptr;
  const auto found = std::find_if(kScales.begin(), kScales.end(), [&](const Scale& scale) {
    return std::abs(scale.seconds / unit.factor - 1) < 1e-9;
  });
  return found == kScales.end() ? nullptr : &*found;
}

const Scale* scale_in_name(std::string_view name) {
  const auto words = words_of(name);
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    const Unit* unit = unit_of(*word, false);
    if (unit == nullptr) continue;
    if (const Scale* scale = scale_of(*unit)) return scale;
  }
  return nullptr;
}

[[noreturn]] void no_time(const RawTable& table, const RawColumn& column, std::size_t cell) {
  table.fail_at(column.row(cell), fmt::format("{} is \"{}\", which is no time as the others are", column.name,
                                              column.text(cell).substr(0, 60)));
}

void place(TimeColumn& time, const RawTable& table) {
  time.seconds.assign(table.rows(), kNone);
}

/// Days since 1899-12-30 as spreadsheets count them, at 1970-01-01.
constexpr double kSheetEpoch = 25569;

bool is_sheet_date(double days) {
  return days >= 36526 && days < 73051;  // the years 2000 to 2099
}

/// Where the numbers may be a spreadsheet's days: sure by a name that says "date"; steps of less than half a
/// second would be odd for seconds, so that is asked for.
bool in_sheet_days(const RawTable& table, const RawColumn& column, const std::vector<double>& values,
                   double middle) {
  if (!is_sheet_date(middle)) return false;
  const auto words = words_of(column.name);
  if (has_word(words, {"date", "datetime", "datum", "day"})) return true;
  if (has_word(words, {"elapsed", "s", "sec", "seconds", "t"})) return false;
  std::vector<double> steps;
  for (std::size_t i = 1; i < std::min<std::size_t>(values.size(), 1000); ++i)
    steps.push_back(std::abs(values[i] - values[i - 1]));
  if (steps.empty() || middle_of(steps) >= 0.5 || middle_of(steps) == 0) return false;
  throw UsageError(
      fmt::format("{}: is {} ({}) in seconds, or in days as spreadsheets count them? Say it with "
                  "--time-format s or --time-format sheet",
                  table.source(), column.name, column.text(0)));
}

/// "20251106100000", "202511061000" and "20251106": digits that are dates, each of them.
const char* compact_date_format(const RawColumn& column) {
  const std::size_t size = trimmed(column.text(0)).size();
  const char* format = size == 14   ? "%Y%m%d%H%M%S"
                       : size == 12 ? "%Y%m%d%H%M"
                       : size == 8  ? "%Y%m%d"
                                    : nullptr;
  if (format == nullptr) return nullptr;
  for (std::size_t i = 0; i < std::min<std::size_t>(column.size(), 200); ++i) {
    const auto text = trimmed(column.text(i));
    const bool recent = text.starts_with("19") || text.starts_with("20");
    if (text.size() != size || !recent || !parse_time_by(text, format)) return nullptr;
  }
  return format;
}

TimeColumn numeric(const RawTable& table, const RawColumn& column, const std::string& format,
                   Decimal decimal) {
  TimeColumn time;
  ParsedColumn parsed = parse_column(column, decimal);
  if (parsed.texts > 0) no_time(table, column, parsed.first_text);
  const double middle = std::abs(rough_middle_of(parsed.values));
  if (column.size() == table.rows()) {
    time.seconds = std::move(parsed.values);
  } else {
    place(time, table);
    for (std::size_t i = 0; i < column.size(); ++i) time.seconds[column.row(i)] = parsed.values[i];
  }
  const Scale* named = scale_in_name(column.name);
  if (const Unit* unit = unit_of(column.unit, true); unit != nullptr) named = scale_of(*unit);
  const Scale* told = scale_by_magnitude(middle);
  const Scale* scale = &kScales[0];
  if (format == "sheet" || (format.empty() && in_sheet_days(table, column, time.seconds, middle))) {
    for (double& value : time.seconds) value = std::round((value - kSheetEpoch) * 86400e3) / 1e3;
    time.clock = TimeBase::local;
    time.how = "days as spreadsheets count them, without an offset from UTC";
    time.notes.push_back(fmt::format("{} was read as a spreadsheet's days ({:g} is {})", column.name, middle,
                                     time_shown((middle - kSheetEpoch) * 86400)));
    return time;
  }
  if (!format.empty()) {
    const auto wanted =
        std::find_if(kScales.begin(), kScales.end(), [&](const Scale& s) { return s.name == format; });
    if (wanted == kScales.end())
      throw UsageError(fmt::format(
          "--time-format {}: {} holds numbers, whose unit may be s, ms, us, ns, min, h, d or sheet", format,
          column.name));
    scale = &*wanted;
    time.how = fmt::format("numbers in {}, as --time-format says", scale->name);
  } else if (named != nullptr && (told == nullptr || told == named || middle * named->seconds < kLastEpoch)) {
    scale = named;
    time.how = is_epoch(middle * scale->seconds) && told == named ? std::string{scale->epoch_name}
                                                                  : fmt::format("numbers in {}", scale->name);
  } else if (told != nullptr) {
    scale = told;
    time.how = std::string{told->epoch_name} + ", told by their magnitude";
    if (told != &kScales[0] || named != nullptr)
      time.notes.push_back(fmt::format("{} was read as {} ({:.0f} is {})", column.name, told->epoch_name,
                                       middle, time_shown(middle * told->seconds)));
  } else {
    if (may_be_milliseconds(time.seconds))
      throw UsageError(
          fmt::format("{}: is {} ({}, {} ...) in seconds or in milliseconds? Say it with --time-format s or "
                      "--time-format ms",
                      table.source(), column.name, column.text(0),
                      column.text(std::min<std::size_t>(1, column.size() - 1))));
    time.how = "numbers, taken as seconds";
  }
  for (double& value : time.seconds) value *= scale->seconds;
  time.clock = is_epoch(middle * scale->seconds) ? TimeBase::absolute : TimeBase::elapsed;
  if (parsed.unit != nullptr && parsed.unit->dimension == Dimension::seconds) {
    for (double& value : time.seconds) value /= scale->seconds;
    time.how = "spans with their unit";
    time.clock = TimeBase::elapsed;
  }
  return time;
}

/// The cells as texts under one order of day and month.
struct TextReading {
  std::vector<double> seconds;  ///< one a cell
  std::optional<std::size_t> failed;
  std::uint64_t times = 0, with_offset = 0, with_date = 0, order_matters = 0, without_year = 0;
};

template <typename Parse>
TextReading read_texts(const RawColumn& column, const Parse& parse) {
  TextReading reading;
  reading.seconds.assign(column.size(), kNone);
  for (std::size_t i = 0; i < column.size(); ++i) {
    const std::optional<TimeText> time = parse(column.text(i));
    if (!time) {
      if (parse_cell(column.text(i), Decimal::point).kind == Cell::Kind::gap) continue;
      reading.failed = i;
      return reading;
    }
    reading.seconds[i] = time->seconds();
    ++reading.times;
    reading.with_offset += time->offset_s ? 1 : 0;
    reading.with_date += time->days ? 1 : 0;
    reading.order_matters += time->order_matters ? 1 : 0;
    reading.without_year += time->has_year ? 0 : 1;
  }
  return reading;
}

/// How much the steps between times differ: the longest in the middle one.
double roughness(const TextReading& reading) {
  std::vector<double> steps;
  double longest = 0;
  for (std::size_t i = 1; i < reading.seconds.size(); ++i) {
    const double step = std::abs(reading.seconds[i] - reading.seconds[i - 1]);
    if (!(step > 0)) continue;
    steps.push_back(step);
    longest = std::max(longest, step);
  }
  return steps.empty() ? 1 : longest / middle_of(steps);
}

bool same_spans(const TextReading& a, const TextReading& b) {
  for (std::size_t i = 1; i < a.seconds.size(); ++i) {
    if (std::abs((a.seconds[i] - a.seconds[0]) - (b.seconds[i] - b.seconds[0])) > 0.5) return false;
  }
  return true;
}

/// Which order of day and month the file speaks for; asks where it does for neither.
TextReading in_right_order(const RawTable& table, const RawColumn& column, TextReading day_first,
                           TextReading month_first, std::string& how) {
  const auto day_said = [&](const char* why) { how += fmt::format(", the day first ({})", why); };
  const auto month_said = [&](const char* why) { how += fmt::format(", the month first ({})", why); };
  if (month_first.failed && !day_first.failed) return day_said("told by the file"), day_first;
  if (day_first.failed && !month_first.failed) return month_said("told by the file"), month_first;
  if (day_first.failed || day_first.order_matters == 0) return day_first;
  if (same_spans(day_first, month_first))
    return month_said("the other order gives the same spans"), month_first;
  const bool day_ascends = std::is_sorted(day_first.seconds.begin(), day_first.seconds.end());
  const bool month_ascends = std::is_sorted(month_first.seconds.begin(), month_first.seconds.end());
  if (day_ascends && !month_ascends) return day_said("so the times ascend"), day_first;
  if (month_ascends && !day_ascends) return month_said("so the times ascend"), month_first;
  const double day_rough = roughness(day_first);
  const double month_rough = roughness(month_first);
  if (day_rough * 3 < month_rough) return day_said("so the steps are even"), day_first;
  if (month_rough * 3 < day_rough) return month_said("so the steps are even"), month_first;
  throw UsageError(fmt::format(
      "{}: is the day or the month first in {} (\"{}\")? Say it with --time-format dmy or --time-format mdy",
      table.source(), column.name, column.text(0)));
}

std::optional<TimeColumn> textual(const RawTable& table, const RawColumn& column, const std::string& format) {
  TimeColumn time;
  place(time, table);
  TextReading reading;
  time.how = "dates and times";
  if (format.find('%') != std::string::npos) {
    reading = read_texts(column, [&](std::string_view text) { return parse_time_by(text, format); });
    time.how = "by " + format;
  } else {
    const auto by = [](DayOrder order) {
      return [order](std::string_view text) { return parse_time_text(text, order); };
    };
    if (format == "dmy" || format == "mdy") {
      reading = read_texts(column, by(format == "dmy" ? DayOrder::day_first : DayOrder::month_first));
    } else {
      reading = read_texts(column, by(DayOrder::day_first));
      if (reading.failed || reading.order_matters > 0)
        reading =
            in_right_order(table, column, reading, read_texts(column, by(DayOrder::month_first)), time.how);
    }
  }
  if (reading.times == 0) return std::nullopt;
  if (reading.failed) no_time(table, column, *reading.failed);
  if (reading.with_offset > 0 && reading.with_offset < reading.times) {
    throw UsageError(
        fmt::format("{}: some times in {} have an offset from UTC and others have none; write them all alike",
                    table.source(), column.name));
  }
  if (reading.with_date > 0 && reading.with_date < reading.times)
    throw UsageError(
        fmt::format("{}: some times in {} have a date and others have none; write them all alike",
                    table.source(), column.name));
  time.clock = reading.with_date == 0     ? TimeBase::time_of_day
               : reading.with_offset == 0 ? TimeBase::local
                                          : TimeBase::absolute;
  if (reading.without_year > 0) time.how += " without a year";
  if (time.clock == TimeBase::time_of_day) time.how = "times of day, without a date";
  if (time.clock == TimeBase::local) time.how += ", without an offset from UTC";
  for (std::size_t i = 0; i < column.size(); ++i) time.seconds[column.row(i)] = reading.seconds[i];
  return time;
}

std::optional<TimeColumn> elapsed_texts(const RawTable& table, const RawColumn& column) {
  TimeColumn time;
  place(time, table);
  for (std::size_t i = 0; i < column.size(); ++i) {
    const auto seconds = parse_elapsed_text(column.text(i));
    if (!seconds) return std::nullopt;
    time.seconds[column.row(i)] = *seconds;
  }
  time.how = "spans ([[D-]HH:]MM:SS)";
  return time;
}

}  // namespace

std::optional<TimeColumn> read_times(const RawTable& table, const RawColumn& column,
                                     const std::string& format) {
  std::size_t numbers = 0;
  std::size_t texts = 0;
  std::size_t commas = 0;
  for (std::size_t i = 0; i < column.size() && numbers + texts < 20; ++i) {
    const Cell cell = parse_cell(column.text(i), Decimal::point);
    const Cell comma = parse_cell(column.text(i), Decimal::comma);
    if (cell.kind == Cell::Kind::gap) continue;
    const bool number = cell.kind == Cell::Kind::number || comma.kind == Cell::Kind::number;
    if (cell.kind != Cell::Kind::number && number) ++commas;
    ++(number ? numbers : texts);
  }
  if (numbers + texts == 0) return std::nullopt;
  if (numbers > texts && format.empty()) {
    if (const char* compact = compact_date_format(column)) return textual(table, column, compact);
  }
  if (numbers > texts && format.find('%') == std::string::npos) {
    return numeric(table, column, format, commas > 0 ? Decimal::comma : Decimal::point);
  }
  const auto words = words_of(column.name);
  const bool span = has_word(words, {"elapsed", "etime", "uptime", "runtime", "duration"});
  if (span || format.empty()) {
    if (span) {
      if (auto read = elapsed_texts(table, column)) return read;
    }
    auto read = textual(table, column, format);
    if (read) return read;
    return elapsed_texts(table, column);
  }
  return textual(table, column, format);
}

}  // namespace leakrig
