#include "harness/readings/time_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "harness/core/error.h"
#include "harness/readings/cell.h"
#include "harness/readings/role_rules.h"
#include "harness/readings/time_text.h"
#include "harness/readings/unit.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

/// Names in the order in which they are preferred: a point in time before a span.
constexpr std::array<std::string_view, 37> kNames{
    "t_s",        "time",        "timestamp",   "ts",           "datetime",  "date_time",    "time_stamp",
    "date",       "epoch",       "unixtime",    "unix_time",    "unix",      "when",         "at",
    "sampled_at", "recorded_at", "measured_at", "collected_at", "logged_at", "created_at",   "sample_time",
    "wall_time",  "local_time",  "utc_time",    "elapsed_s",    "elapsed",   "elapsed_time", "t",
    "minute",     "minutes",     "seconds",     "secs",         "sec",       "hour",         "hours",
    "day",        "days"};

bool is_time_word(const std::string& word) {
  return is_one_of(word, {"time", "timestamp", "ts", "datetime", "elapsed", "epoch", "unixtime"});
}

/// Words that may stand beside a time word without making it another thing.
bool is_beside_time(const std::string& word) {
  return is_time_word(word) ||
         is_one_of(word, {"utc",   "gmt",  "local",   "iso",          "iso8601", "unix",  "s",
                          "sec",   "secs", "seconds", "ms",           "millis",  "msec",  "milliseconds",
                          "us",    "usec", "micros",  "microseconds", "ns",      "nanos", "nanoseconds",
                          "min",   "mins", "minute",  "minutes",      "h",       "hours", "hour",
                          "stamp", "wall", "clock",   "sample",       "of",      "date",  "t",
                          "since", "the"});
}

constexpr int kNoTime = 1000;

/// The lower, the more it looks like the time of its row.
int rank_of(std::string_view name) {
  const std::string joined = joined_words(name);
  const auto known = std::find(kNames.begin(), kNames.end(), joined);
  if (known != kNames.end()) return static_cast<int>(known - kNames.begin());
  const auto words = words_of(name);
  const bool time = std::any_of(words.begin(), words.end(), is_time_word) &&
                    std::all_of(words.begin(), words.end(), is_beside_time);
  return time ? 100 + static_cast<int>(words.size()) : kNoTime;
}

std::string column_list(const RawTable& table) {
  std::string list;
  for (std::size_t i = 0; i < table.columns.size() && i < 12; ++i)
    list += (i == 0 ? "" : ", ") + table.columns[i].name;
  return list + (table.columns.size() > 12 ? fmt::format(" and {} more", table.columns.size() - 12) : "");
}

std::optional<std::size_t> column_called(const RawTable& table, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return i;
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (lower_case(table.columns[i].name) == lower_case(name)) return i;
  }
  return std::nullopt;
}

std::string_view first_text(const RawColumn& column) {
  for (std::size_t i = 0; i < column.size() && i < 1000; ++i) {
    if (const auto text = trimmed(column.text(i)); text.size() > 1) return text;
  }
  return {};
}

/// A column of dates and one of times of day, as one.
std::optional<TimeColumn> date_and_time(const RawTable& table, const std::string& format) {
  std::optional<std::size_t> date;
  std::optional<std::size_t> time;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (rank_of(table.columns[i].name) == kNoTime) continue;
    const auto text = first_text(table.columns[i]);
    const auto parsed = parse_time_text(text, DayOrder::day_first)
                            ? parse_time_text(text, DayOrder::day_first)
                            : parse_time_text(text, DayOrder::month_first);
    if (!parsed) continue;
    if (parsed->days && !parsed->has_time && !date) date = i;
    if (!parsed->days && parsed->has_time && !time) time = i;
  }
  if (!date || !time) return std::nullopt;
  RawColumn joined{table.columns[*date].name + " and " + table.columns[*time].name};
  const auto& dates = table.columns[*date];
  const auto& times = table.columns[*time];
  for (std::size_t i = 0, j = 0; i < dates.size(); ++i) {
    while (j < times.size() && times.row(j) < dates.row(i)) ++j;
    if (j == times.size() || times.row(j) != dates.row(i)) continue;
    joined.add(dates.row(i), std::string{trimmed(dates.text(i))} + " " + std::string{trimmed(times.text(j))});
  }
  auto read = read_times(table, joined, format);
  if (read) read->columns = {*date, *time};
  return read;
}

double falls_of(const TimeColumn& time) {
  std::size_t falls = 0;
  double last = -std::numeric_limits<double>::infinity();
  for (const double value : time.seconds) {
    falls += value < last ? 1 : 0;
    if (std::isfinite(value)) last = value;
  }
  return time.seconds.empty() ? 0 : static_cast<double>(falls) / static_cast<double>(time.seconds.size());
}

bool never_moves(const TimeColumn& time) {
  return std::adjacent_find(time.seconds.begin(), time.seconds.end(), std::not_equal_to<>{}) ==
         time.seconds.end();
}

struct Candidate {
  std::size_t column;
  int rank;
};

/// By their names; without one, those whose cells are points in time.
std::vector<Candidate> candidates_of(const RawTable& table) {
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const int rank = rank_of(table.columns[i].name);
    if (rank != kNoTime) found.push_back({i, rank});
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.rank < b.rank; });
  return found;
}

std::optional<TimeColumn> by_content(const RawTable& table, const std::string& format) {
  std::optional<TimeColumn> found;
  std::string names;
  std::size_t count = 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto words = words_of(table.columns[i].name);
    if (table.columns[i].size() == 0 || is_memory(words) || unit_in_name(words) != nullptr) continue;
    const auto text = first_text(table.columns[i]);
    const bool long_number =
        text.size() >= 9 && text.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!long_number && text.find_first_of(":-/") == std::string_view::npos) continue;
    std::optional<TimeColumn> read;
    try {
      read = read_times(table, table.columns[i], format);
    } catch (const UsageError&) {
      continue;  // some cells of it are no times: it is a text like any other
    }
    if (!read || read->clock == TimeBase::elapsed || falls_of(*read) > 0.3) continue;
    read->columns = {i};
    read->notes.push_back(fmt::format("{} is taken as the time, by its cells", table.columns[i].name));
    names += (count++ == 0 ? "" : ", ") + table.columns[i].name;
    if (!found) found = std::move(read);
  }
  if (count > 1)
    throw UsageError(
        fmt::format("{}: which of {} is the time? Say it with --time COLUMN", table.source(), names));
  return found;
}

TimeColumn evenly_spaced(const RawTable& table, double every_s) {
  TimeColumn time;
  time.seconds.resize(table.rows());
  for (std::uint32_t row = 0; row < table.rows(); ++row)
    time.seconds[row] = (row < table.snapshot.size() ? table.snapshot[row] : row) * every_s;
  time.how = fmt::format("no column: a row each {:g} s, as --every says", every_s);
  return time;
}

[[noreturn]] void refuse_unreadable(const RawTable& table, const RawColumn& column) {
  throw UsageError(
      fmt::format("{}: {} is no time: \"{}\"; say how to read it with --time-format, such as %d.%m.%Y %H:%M",
                  table.source(), column.name, first_text(column)));
}

}  // namespace

bool is_time_name(std::string_view name) {
  return rank_of(name) != kNoTime;
}

TimeColumn understand_time(const RawTable& table, const TimeOptions& options) {
  if (options.every_s) return evenly_spaced(table, *options.every_s);
  const std::string wanted = options.column.empty() ? table.time_column : options.column;
  if (!wanted.empty()) {
    const auto column = column_called(table, wanted);
    if (!column)
      throw UsageError(fmt::format("{}: there is no column \"{}\" for the time; there are: {}",
                                   table.source(), wanted, column_list(table)));
    auto read = read_times(table, table.columns[*column], options.format);
    if (!read) refuse_unreadable(table, table.columns[*column]);
    read->columns = {*column};
    return std::move(*read);
  }
  if (auto joined = date_and_time(table, options.format)) return std::move(*joined);
  std::optional<TimeColumn> best;
  double best_falls = 2;
  const RawColumn* unreadable = nullptr;
  for (const auto& candidate : candidates_of(table)) {
    auto read = read_times(table, table.columns[candidate.column], options.format);
    if (!read && unreadable == nullptr && !first_text(table.columns[candidate.column]).empty())
      unreadable = &table.columns[candidate.column];
    if (!read || (table.rows() > 1 && never_moves(*read))) continue;
    read->columns = {candidate.column};
    const double falls = falls_of(*read) > 0.2 ? falls_of(*read)
                                               : 0;  // a time that goes back as often as not is another thing
    if (falls >= best_falls) continue;
    best_falls = falls;
    best = std::move(read);
  }
  if (best) return std::move(*best);
  if (unreadable != nullptr &&
      is_one_of(joined_words(unreadable->name), {"time", "timestamp", "ts", "datetime"}))
    refuse_unreadable(table, *unreadable);
  if (auto found = by_content(table, options.format)) return std::move(*found);
  throw UsageError(
      fmt::format("{}: no time column among {}; say which it is with --time COLUMN, or how far the rows are "
                  "apart with --every 60s",
                  table.source(), column_list(table)));
}

}  // namespace leakrig
