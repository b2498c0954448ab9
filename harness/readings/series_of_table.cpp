#include "harness/readings/series_of_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "harness/core/error.h"
#include "harness/readings/numbers.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

/// A column's numbers by row; they are not copied where each row has one. The column's are to outlive it.
class RowValues {
 public:
  RowValues(const RawColumn& column, const ParsedColumn& parsed, double factor, std::size_t rows)
      : shared_(column.size() == rows ? &parsed.values : nullptr), factor_(factor) {
    if (shared_ != nullptr) return;
    own_.assign(rows, NAN);
    for (std::size_t i = 0; i < column.size(); ++i) own_[column.row(i)] = parsed.values[i];
  }
  double operator[](std::size_t row) const {
    return (shared_ != nullptr ? (*shared_)[row] : own_[row]) * factor_;
  }

 private:
  std::vector<double> own_;
  const std::vector<double>* shared_;
  double factor_;
};

/// Values at one time that are further apart than a value is from the one at the time before are of two
/// things.
void refuse_two_things(const RawTable& table, const RawColumn& column, const Timeline& line,
                       const RowValues& values) {
  std::vector<double> within;
  std::vector<double> between;
  double previous_first = NAN;
  std::uint32_t at_row = 0;
  for (std::size_t i = 0; i < line.rows.size();) {
    const double first = values[line.rows[i]];
    double low = first;
    double high = first;
    std::size_t end = i + 1;
    for (; end < line.rows.size() && line.seconds[end] == line.seconds[i]; ++end) {
      low = std::fmin(low, values[line.rows[end]]);
      high = std::fmax(high, values[line.rows[end]]);
    }
    if (end > i + 1 && high > low) {
      within.push_back(high - low);
      at_row = line.rows[i];
    } else if (end > i + 1) {
      within.push_back(0);
    }
    if (std::isfinite(first - previous_first)) between.push_back(std::abs(first - previous_first));
    previous_first = first;
    i = end;
  }
  const double apart = middle_of(within);
  if (apart <= 0 || apart <= 3 * middle_of(between)) return;
  table.fail_at(at_row, fmt::format("several rows stand at one time and differ in {} (by {:g}): they are of "
                                    "several things, and no column tells "
                                    "which is which; write one such as pid beside them, or a file for each",
                                    column.name, apart));
}

bool matches_where(const RawColumn& column, const ReadingsOptions& options) {
  return std::all_of(options.where.begin(), options.where.end(), [&](const std::string& text) {
    const auto [name, value] = parse_where(text);
    const auto label = column.labels.find(name);
    return label == column.labels.end() || label->second == value;
  });
}

std::map<std::string, std::string> labels_by(const RawColumn& column, const ReadingsOptions& options,
                                             const RowGroup& group) {
  auto of = group.of;
  for (const auto& name : options.by) {
    if (const auto label = column.labels.find(name); label != column.labels.end()) of[name] = label->second;
  }
  return of;
}

/// Several series of one name: the label in which they differ, and the choice.
[[noreturn]] void ask_for_series(const RawTable& table, const ReadingsOptions& options,
                                 const std::string& name) {
  std::map<std::string, std::set<std::string>> values;
  std::size_t count = 0;
  for (const auto& column : table.columns) {
    if (column.name != name || !matches_where(column, options)) continue;
    ++count;
    for (const auto& [label, value] : column.labels) values[label].insert(value);
  }
  std::string first;
  std::string list;
  for (const auto& [label, of_label] : values) {
    if (of_label.size() < 2 || std::find(options.by.begin(), options.by.end(), label) != options.by.end())
      continue;
    if (first.empty() || of_label.size() > values[first].size()) first = label;
    list += (list.empty() ? "" : ", ") + label;
  }
  if (first.empty())
    throw UsageError(
        fmt::format("{}: {} stands there {} times with the same labels", table.source(), name, count));
  throw UsageError(
      fmt::format("{}: {} has {} series, which differ in {}: choose with --where {}={}, have a verdict on "
                  "each with --by {}, or leave it "
                  "out with --metric",
                  table.source(), name, count, list, first, *values[first].begin(), first));
}

/// The readings of --per so far, each restart's added up; NaN before the first.
std::vector<double> so_far(const RowValues& counter, const Timeline& line) {
  std::vector<double> total(line.rows.size(), NAN);
  double sum = 0;
  double last = NAN;
  for (std::size_t i = 0; i < line.rows.size(); ++i) {
    const double value = counter[line.rows[i]];
    if (!std::isnan(value)) {
      if (!std::isnan(last)) sum += value >= last ? value - last : value;
      last = value;
    }
    if (!std::isnan(last)) total[i] = sum;
  }
  return total;
}

struct Context {
  std::optional<RowValues> load;  ///< none: not known
  std::vector<double> so_far;     ///< of --per, at each position of the timeline; empty: the axis is time
  const std::vector<double>* seconds = nullptr;  ///< of the timeline
  double at(std::size_t position) const {
    return so_far.empty() ? ((*seconds)[position] - seconds->front()) / 60 : so_far[position];
  }
};

std::optional<std::size_t> column_of_role(const RawTable& table, const UnderstoodTable& understood,
                                          Role role) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (understood.columns[i].role == role) return i;
  }
  return std::nullopt;
}

Context context_of(const RawTable& table, const UnderstoodTable& understood, const ReadingsOptions& options,
                   const Timeline& line) {
  Context context;
  context.seconds = &line.seconds;
  if (const auto load = column_of_role(table, understood, Role::load))
    context.load.emplace(table.columns[*load], understood.parsed[*load], 1, table.rows());
  if (options.per.empty()) return context;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (lower_case(table.columns[i].name) != lower_case(options.per)) continue;
    context.so_far = so_far(RowValues{table.columns[i], understood.parsed[i], 1, table.rows()}, line);
    for (double& value : context.so_far) value /= 1000;
    const bool moves = !context.so_far.empty() && std::any_of(context.so_far.begin(), context.so_far.end(),
                                                              [](double v) { return v > 0; });
    if (!moves) throw UsageError(fmt::format("{}: --per {}: it does not grow", table.source(), options.per));
    break;
  }
  return context;
}

}  // namespace

void add_series(const RawTable& table, const UnderstoodTable& understood, const ReadingsOptions& options,
                const RowGroup& group, Timeline& line, const std::vector<double>& lives,
                FileReadings& readings) {
  if (line.rows.empty()) return;
  const Context context = context_of(table, understood, options, line);
  std::vector<double> lives_on_axis;
  for (const double at : lives) {
    const auto row = std::lower_bound(line.seconds.begin(), line.seconds.end(), at) - line.seconds.begin();
    if (static_cast<std::size_t>(row) < line.rows.size())
      lives_on_axis.push_back(context.at(static_cast<std::size_t>(row)));
  }
  bool told_repeats = line.repeated == 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    const auto& meaning = understood.columns[i];
    if (meaning.role != Role::metric || !matches_where(column, options)) continue;
    SampleSeries series;
    series.name = column.name;
    series.of = labels_by(column, options, group);
    series.dimension = meaning.dimension;
    series.from_s = line.seconds.front();
    const auto twin = std::any_of(
        readings.series.begin(), readings.series.end(),
        [&](const SampleSeries& other) { return other.name == series.name && other.of == series.of; });
    if (twin) ask_for_series(table, options, column.name);
    const RowValues values{column, understood.parsed[i], meaning.factor, table.rows()};
    if (line.repeated * 10 > line.rows.size()) refuse_two_things(table, column, line, values);
    for (std::size_t at = 0; at < line.rows.size(); ++at) {
      const double value = values[line.rows[at]];
      if (std::isnan(value)) {
        series.gaps += column.labels.empty() && !table.rows_in_any_order ? 1 : 0;
        continue;
      }
      const double where = context.at(at);
      if (std::isnan(where)) continue;
      series.values.add(where, value, context.load ? (*context.load)[line.rows[at]] : NAN);
      if (context.so_far.empty()) continue;
      const double minute = (line.seconds[at] - line.seconds.front()) / 60;
      series.by_time.add(minute, value, NAN);
      series.counter_by_time.add(minute, where, NAN);
    }
    if (series.values.readings() == 0) continue;
    if (!told_repeats) {
      line.notes.push_back(fmt::format("{} {} the time of the row before: at each time the mean counts",
                                       line.repeated, line.repeated == 1 ? "row has" : "rows have"));
      told_repeats = true;
    }
    series.lives = lives_on_axis;
    readings.gaps += series.gaps;
    readings.series.push_back(std::move(series));
  }
}

}  // namespace leakrig
