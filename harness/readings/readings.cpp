#include "harness/readings/readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/core/error.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/known_columns.h"
#include "harness/readings/lives.h"
#include "harness/readings/long_form.h"
#include "harness/readings/pairs.h"
#include "harness/readings/series_of_table.h"
#include "harness/readings/splitting.h"
#include "harness/readings/timeline.h"
#include "harness/readings/understood_table.h"

namespace leakrig {
namespace {

/// Seconds: nothing was sampled for longer, and differences of greater times need not be numbers.
constexpr double kLongestSpan = 1e5 * 365.25 * 86400;

constexpr std::size_t kMostValues = 1000;

void add_notes(std::vector<std::string>& to, const std::vector<std::string>& from, const std::string& of) {
  for (const auto& note : from) {
    const std::string whole = of.empty() ? note : of + ": " + note;
    if (std::find(to.begin(), to.end(), whole) == to.end()) to.push_back(whole);
  }
}

std::string title_of(const std::map<std::string, std::string>& of) {
  std::string text;
  for (const auto& [name, value] : of) text += (text.empty() ? "" : ",") + name + "=" + value;
  return text;
}

ColumnNote note_of(const RawColumn& column, const ParsedColumn& parsed, const Understanding& understanding) {
  ColumnNote note;
  note.name = column.name;
  if (!column.labels.empty()) note.name += "{" + title_of(column.labels) + "}";
  note.understanding = understanding;
  note.numbers = parsed.numbers;
  note.gaps = parsed.gaps;
  note.texts = parsed.texts;
  note.judged = understanding.role == Role::metric;
  if (column.size() > 0) note.example = std::string{column.text(0).substr(0, 40)};
  if (understanding.role != Role::label && understanding.role != Role::id) return note;
  std::set<std::string_view> values;
  std::string_view last;
  for (std::size_t i = 0; i < column.size() && values.size() < kMostValues; ++i) {
    if (i > 0 && column.text(i) == last) continue;
    last = column.text(i);
    values.insert(last);
  }
  note.values = values.size();
  return note;
}

std::optional<double> cycle_in(const RawTable& table, const UnderstoodTable& understood,
                               const ReadingsOptions& options) {
  if (options.cycle_s) return *options.cycle_s / 60;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (understood.columns[i].role != Role::cycle) continue;
    for (const double value : understood.parsed[i].values) {
      if (std::isnan(value)) continue;
      if (!(value > 0)) throw UsageError(fmt::format("{}: cycle_s must be above 0", table.source()));
      return value / 60;
    }
  }
  return std::nullopt;
}

void describe(const RawTable& table, const UnderstoodTable& understood, FileReadings& readings) {
  readings.rows = table.rows();
  readings.clock = understood.time.clock;
  std::string columns;
  for (const std::size_t i : understood.time.columns)
    columns += (columns.empty() ? "" : " and ") + table.columns[i].name;
  readings.time_how = (columns.empty() ? "" : columns + ": ") + understood.time.how;
  readings.notes = table.notes;
  add_notes(readings.notes, understood.time.notes, "");
  add_notes(readings.notes, understood.notes, "");
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    readings.columns.push_back(note_of(table.columns[i], understood.parsed[i], understood.columns[i]));
    const auto& name = table.columns[i].name;
    const bool known =
        std::find(readings.counters.begin(), readings.counters.end(), name) != readings.counters.end();
    if (understood.columns[i].role == Role::counter && !known) readings.counters.push_back(name);
  }
}

[[noreturn]] void refuse_without_metrics(const RawTable& table, const FileReadings& readings) {
  std::string list;
  for (const auto& column : readings.columns) {
    if (column.understanding.role == Role::time) continue;
    if (list.size() > 400) {
      list += ", ...";
      break;
    }
    const auto& understood = column.understanding;
    list += fmt::format("{}{} ({}{}{})", list.empty() ? "" : ", ", column.name, to_string(understood.role),
                        understood.why.empty() ? "" : ": ", understood.why);
  }
  throw UsageError(
      list.empty()
          ? fmt::format("{}: no column of numbers beside the time", table.source())
          : fmt::format("{}: nothing in it would be judged: {}; say with --judge COLUMN what is to be",
                        table.source(), list));
}

}  // namespace

std::string SampleSeries::title() const {
  if (total) return name + " (all)";
  return of.empty() ? name : name + "{" + title_of(of) + "}";
}

FileReadings read_samples(std::unique_ptr<ByteSource> source, const std::string& name,
                          const ReadingsOptions& given) {
  ReadingsOptions options = given;
  if (options.variant) options.where.push_back("variant=" + *options.variant);
  TextInput in{std::move(source), name};
  const Form& form = form_of(in, options.input);
  RawTable table{name};
  form.read(in, table);
  if (in.was_windows_text()) table.notes.push_back("it is no UTF-8, and was read as Windows-1252");
  if (table.rows() == 0) throw UsageError(fmt::format("{}: no rows: read as {}", name, form.what));
  split_pairs(table);
  describe_known_columns(table);
  widen_long_form(table, options.time);
  const UnderstoodTable understood = understand(table, options);
  FileReadings readings;
  readings.source = name;
  readings.form = form.what;
  readings.per = options.per;
  describe(table, understood, readings);
  readings.cycle_minutes = cycle_in(table, understood, options);
  const auto groups = split_rows(table, understood.columns, understood.time, {options.where, options.by});
  readings.from_s = INFINITY;
  readings.to_s = -INFINITY;
  readings.rows = 0;
  for (const auto& group : groups) {
    Timeline line = arrange(table, understood.time, group.rows, options.now_s > 0 ? options.now_s : INFINITY);
    const auto lives = restarts_of(table, understood, group, line);
    add_series(table, understood, options, group, line, lives, readings);
    add_notes(readings.notes, group.notes, title_of(group.of));
    add_notes(readings.notes, line.notes, title_of(group.of));
    readings.lives = std::max(readings.lives, lives.size() + 1);
    readings.rows += group.rows.size();
    if (line.seconds.empty()) continue;
    if (!(line.seconds.back() - line.seconds.front() <= kLongestSpan)) {
      throw UsageError(fmt::format(
          "{}: the times span more than 100,000 years: {:g} s to {:g} s; say which column the time is with --time COLUMN, "
          "or in which unit with --time-format", name, line.seconds.front(), line.seconds.back()));
    }
    readings.from_s = std::min(readings.from_s, line.seconds.front());
    readings.to_s = std::max(readings.to_s, line.seconds.back());
    if (line.step_s > 0)
      readings.step_s = readings.step_s > 0 ? std::min(readings.step_s, line.step_s) : line.step_s;
  }
  if (!std::isfinite(readings.from_s)) throw UsageError(fmt::format("{}: no row has a time", name));
  if (readings.series.empty()) refuse_without_metrics(table, readings);
  add_totals(readings);
  return readings;
}

}  // namespace leakrig
