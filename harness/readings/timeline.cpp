#include "harness/readings/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/units.h"
#include "harness/readings/numbers.h"
#include "harness/readings/time_text.h"

namespace leakrig {
namespace {

constexpr double kDay = 86400;

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string span_text(double seconds) {
  if (seconds < 3.6e7) return humanize_duration(from_seconds(seconds));
  return fmt::format("{:.0f} days", seconds / kDay);
}

/// Of many rows, that of some tens of thousands, evenly spread.
double middle_step(const std::vector<double>& seconds) {
  constexpr std::size_t kEnough = 1 << 16;
  const std::size_t stride = seconds.size() / kEnough + 1;
  std::vector<double> steps;
  for (std::size_t i = 1; i < seconds.size(); i += stride) {
    if (seconds[i] > seconds[i - 1]) steps.push_back(seconds[i] - seconds[i - 1]);
  }
  return middle_of(std::move(steps));
}

std::string shown(const TimeColumn& time, double seconds) {
  if (time.clock == TimeBase::elapsed) return fmt::format("{:g} s", seconds);
  const std::string text = time_shown(seconds);
  return time.clock == TimeBase::time_of_day ? text.substr(std::min<std::size_t>(11, text.size())) : text;
}

/// A day later where a time of day passes midnight.
void pass_midnights(Timeline& line) {
  double later = 0;
  std::size_t days = 0;
  for (std::size_t i = 0; i < line.seconds.size(); ++i) {
    if (i > 0 && line.seconds[i] + later < line.seconds[i - 1] - kDay / 2) {
      later += kDay;
      ++days;
    }
    line.seconds[i] += later;
  }
  if (days > 0)
    line.notes.push_back(
        fmt::format("times of day pass midnight {}: the next day begins", counted(days, "time", "times")));
}

[[noreturn]] void refuse_summer_time(const RawTable& table, const TimeColumn& time, std::uint32_t row,
                                     const std::string& what) {
  const auto column =
      time.columns.empty() ? std::string{"the time"} : table.columns[time.columns.front()].name;
  table.fail_at(row, fmt::format("{}, as local time does where summer time ends: the times of that hour "
                                 "stand twice and cannot be told "
                                 "apart (column {}); write them in UTC (2025-11-06T10:00:00Z) or with their "
                                 "offset (+02:00), or leave that hour out",
                                 what, column));
}

/// Local times that go back by an hour (or half of one) less a step or so, once in a while.
void look_for_summer_time(const RawTable& table, const TimeColumn& time, const Timeline& line) {
  const auto& s = line.seconds;
  const double step = middle_step(s);
  std::vector<std::size_t> back;
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (s[i] < s[i - 1]) back.push_back(i);
  }
  const double span =
      s.empty() ? 0 : *std::max_element(s.begin(), s.end()) - *std::min_element(s.begin(), s.end());
  if (back.empty() || static_cast<double>(back.size()) > 1 + span / (180 * kDay) || step >= 3600) return;
  for (const std::size_t i : back) {
    const double jump = s[i - 1] - s[i];
    for (const double shift : {3600.0, 1800.0}) {
      const bool fits = jump > shift - 2.5 * step - 1 && jump < shift + 1.5 * step && jump >= shift / 4;
      if (fits) {
        refuse_summer_time(table, time, line.rows[i],
                           fmt::format("time goes back by {} here (from {} to {})", span_text(jump),
                                       shown(time, s[i - 1]), shown(time, s[i])));
      }
    }
  }
}

/// The same once somebody has sorted it: for one hour, and only then, each time stands twice.
void look_for_sorted_summer_time(const RawTable& table, const TimeColumn& time, const Timeline& line) {
  const auto& s = line.seconds;
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t pairs = 0;
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (s[i] != s[i - 1]) continue;
    if (pairs++ == 0) first = i - 1;
    last = i;
  }
  const double step = middle_step(s);
  if (pairs < 3 || step <= 0 || pairs * 3 > s.size()) return;
  const bool adjacent = last - first + 1 == 2 * pairs;
  const double hour = s[last] - s[first] + step;
  if (adjacent && std::abs(hour - 3600) <= step / 2 && std::fmod(s[first], 1800) < step)
    refuse_summer_time(table, time, line.rows[first],
                       fmt::format("from {} on each time stands twice, for an hour", shown(time, s[first])));
}

/// An elapsed time that falls back to its beginning: what writes it was started again.
void follow_new_beginnings(Timeline& line) {
  auto& s = line.seconds;
  std::vector<std::size_t> falls;
  const double step = middle_step(s);
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (s[i] >= s[i - 1]) continue;
    if (s[i] > s.front() + 3 * step) return;  // merely out of order
    falls.push_back(i);
  }
  if (falls.empty() || falls.size() * 4 > s.size()) return;
  double later = 0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (next < falls.size() && falls[next] == i) {
      later = s[i - 1] + step - s[i];
      ++next;
      s[i] += later;
      line.begun_anew.push_back(s[i]);
      continue;
    }
    s[i] += later;
  }
  line.notes.push_back(fmt::format("the elapsed time begins anew {}: taken as a restart",
                                   counted(falls.size(), "time", "times")));
}

void sort_by_time(Timeline& line, bool quietly) {
  std::size_t late = 0;
  bool descending = line.seconds.size() > 1;
  double latest = -INFINITY;
  for (std::size_t i = 0; i < line.seconds.size(); ++i) {
    late += line.seconds[i] < latest ? 1 : 0;
    latest = std::max(latest, line.seconds[i]);
    descending = descending && (i == 0 || line.seconds[i] <= line.seconds[i - 1]);
  }
  if (late == 0) return;
  std::vector<std::size_t> order(line.seconds.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (descending) std::reverse(order.begin(), order.end());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return line.seconds[a] < line.seconds[b]; });
  Timeline sorted;
  for (const std::size_t i : order) {
    sorted.rows.push_back(line.rows[i]);
    sorted.seconds.push_back(line.seconds[i]);
  }
  line.rows = std::move(sorted.rows);
  line.seconds = std::move(sorted.seconds);
  if (quietly) return;
  line.notes.push_back(descending ? "the newest row stands first: the rows were turned round"
                                  : counted(late, "row stood", "rows stood") +
                                        " behind later ones: the rows were sorted by time");
}

bool same_cells(const RawTable& table, std::uint32_t a, std::uint32_t b) {
  return std::all_of(table.columns.begin(), table.columns.end(),
                     [&](const RawColumn& column) { return column.at(a) == column.at(b); });
}

/// A row that stands twice counts once.
void drop_doubled(const RawTable& table, Timeline& line) {
  std::size_t kept = 0;
  std::uint64_t doubled = 0;
  for (std::size_t i = 0; i < line.rows.size(); ++i) {
    const bool same_time = kept > 0 && line.seconds[i] == line.seconds[kept - 1];
    if (same_time && same_cells(table, line.rows[i], line.rows[kept - 1])) {
      ++doubled;
      continue;
    }
    line.repeated += same_time ? 1 : 0;
    line.rows[kept] = line.rows[i];
    line.seconds[kept++] = line.seconds[i];
  }
  line.rows.resize(kept);
  line.seconds.resize(kept);
  if (doubled > 0)
    line.notes.push_back(counted(doubled, "row stands", "rows stand") + " twice, and count once");
}

void name_gaps(const TimeColumn& time, Timeline& line) {
  constexpr std::size_t kMostNamed = 3;
  std::vector<std::pair<double, std::size_t>> gaps;
  for (std::size_t i = 1; i < line.seconds.size(); ++i) {
    const double step = line.seconds[i] - line.seconds[i - 1];
    if (line.step_s > 0 && step > 5 * line.step_s) gaps.emplace_back(step, i);
  }
  if (gaps.empty()) return;
  std::sort(gaps.rbegin(), gaps.rend());
  std::string list;
  for (std::size_t i = 0; i < std::min(kMostNamed, gaps.size()); ++i)
    list += fmt::format("{}{} after {}", i == 0 ? "" : ", ", span_text(gaps[i].first),
                        shown(time, line.seconds[gaps[i].second - 1]));
  const std::string more =
      gaps.size() > kMostNamed ? fmt::format(" and {} shorter ones", gaps.size() - kMostNamed) : "";
  line.notes.push_back(
      fmt::format("no readings for {}{} (a row each {} else)", list, more, span_text(line.step_s)));
}

}  // namespace

Timeline arrange(const RawTable& table, const TimeColumn& time, const std::vector<std::uint32_t>& rows,
                 double now_s) {
  Timeline line;
  std::uint64_t without = 0;
  line.rows.reserve(rows.size());
  line.seconds.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    if (!std::isfinite(time.seconds[row])) {
      ++without;
      continue;
    }
    line.rows.push_back(row);
    line.seconds.push_back(time.seconds[row]);
  }
  if (without > 0) line.notes.push_back(counted(without, "row has", "rows have") + " no time: left out");
  if (!std::is_sorted(line.seconds.begin(), line.seconds.end())) {
    const bool of_a_place = time.clock == TimeBase::local || time.clock == TimeBase::time_of_day;
    if (time.clock == TimeBase::time_of_day) pass_midnights(line);
    if (of_a_place && !table.rows_in_any_order) look_for_summer_time(table, time, line);
    if (time.clock == TimeBase::elapsed && !table.rows_in_any_order) follow_new_beginnings(line);
    sort_by_time(line, table.rows_in_any_order);
  }
  drop_doubled(table, line);
  if (time.clock == TimeBase::local && line.repeated > 0) look_for_sorted_summer_time(table, time, line);
  line.step_s = middle_step(line.seconds);
  name_gaps(time, line);
  if (time.clock == TimeBase::absolute && !line.seconds.empty() && line.seconds.back() > now_s + kDay) {
    line.notes.push_back(
        fmt::format("the times reach into the future, until {}: a clock was wrong, or the unit is another "
                    "one (--time-format)",
                    time_shown(line.seconds.back())));
  }
  return line;
}

}  // namespace leakrig
