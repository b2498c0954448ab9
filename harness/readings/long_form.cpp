#include "harness/readings/long_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "harness/readings/cell.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

/// The columns of a long form.
struct LongForm {
  std::size_t name = 0;
  std::size_t value = 0;
};

bool is_name_column(const RawColumn& column) {
  const std::string joined = joined_words(column.name);
  return column.hint == Hint::metric_name ||
         is_one_of(joined, {"metric", "metric_name", "counter", "counter_name", "series", "series_name",
                            "field", "measurement", "key", "parameter", "quantity", "variable", "name",
                            "item", "gauge", "stat", "sensor", "measure", "attribute"});
}

bool is_value_column(const RawColumn& column) {
  const std::string joined = joined_words(column.name.substr(column.name.rfind('.') + 1));
  return column.hint == Hint::metric_value ||
         is_one_of(joined, {"value", "metric_value", "val", "mean_increment", "mean_per_increment", "mean",
                            "reading", "counter_value", "last", "number"});
}

std::optional<LongForm> long_form_of(const RawTable& table) {
  std::optional<std::size_t> name;
  std::optional<std::size_t> value;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].hint == Hint::metric_name) name = i;
    if (table.columns[i].hint == Hint::metric_value) value = i;
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (!name && is_name_column(table.columns[i])) name = i;
    if (!value && is_value_column(table.columns[i])) value = i;
  }
  if (!name || !value || *name == *value) return std::nullopt;
  const auto& names = table.columns[*name];
  for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 200); ++i) {
    if (parse_cell(names.text(i), Decimal::point).kind == Cell::Kind::number) return std::nullopt;
  }
  return LongForm{*name, *value};
}

/// Readings of one counter in one row of the wide table.
struct Reading {
  std::uint32_t row = 0;
  double sum = 0;
  std::uint32_t count = 0;
  std::string text;  ///< as it stands in the file, of one alone
};

struct Counter {
  std::string name;
  Hint hint = Hint::none;
  std::string why;
  std::vector<Reading> readings;
};

/// "Rate" and "Metric" in the column of the types that dotnet-counters writes.
Hint hint_of_type(std::string_view type) {
  const std::string lower = lower_case(trimmed(type));
  if (lower == "rate") return Hint::rate;
  if (lower == "counter") return Hint::counter;
  return Hint::none;
}

/// The columns beside name and value that have one value for each name: they say nothing of the row.
std::vector<bool> follow_from_name(const RawTable& table, const LongForm& form) {
  std::vector<bool> follows(table.columns.size(), true);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::unordered_map<std::string_view, std::string_view> seen;
    const auto& column = table.columns[i];
    for (std::size_t c = 0; c < column.size() && follows[i]; ++c) {
      const auto [at, added] = seen.try_emplace(table.columns[form.name].at(column.row(c)), column.text(c));
      follows[i] = added || at->second == column.text(c);
    }
  }
  return follows;
}

class Widener {
 public:
  Widener(const RawTable& from, LongForm form)
      : from_(from), form_(form), follows_(follow_from_name(from, form)) {}

  RawTable widened() {
    RawTable to{from_.source()};
    to.form = from_.form;
    to.notes = from_.notes;
    to.time_column = from_.time_column;
    to.decimal_hint = from_.decimal_hint;
    keep_labels(to);
    for (std::uint32_t row = 0; row < from_.rows(); ++row) take(row, to);
    write(to);
    to.notes.push_back(fmt::format(
        "a row holds one counter ({} in {}, its number in {}): each of the {} is a column", from_.rows(),
        from_.columns[form_.name].name, from_.columns[form_.value].name, counters_.size()));
    return to;
  }

 private:
  /// What tells rows apart: the time, and labels that are not the counter's own.
  void keep_labels(RawTable& to) {
    for (std::size_t i = 0; i < from_.columns.size(); ++i) {
      if (i == form_.name || i == form_.value) continue;
      if (joined_words(from_.columns[i].name) == "counter_type") type_ = i;
      if (follows_[i] && !is_time_name(from_.columns[i].name)) continue;
      if (from_.columns[i].hint == Hint::own) continue;
      kept_.push_back(i);
      const std::size_t at = to.add_column(from_.columns[i].name);
      to.columns[at].hint = from_.columns[i].hint;
    }
  }
  void take(std::uint32_t row, RawTable& to) {
    std::string key;
    for (const std::size_t i : kept_) key.append(from_.columns[i].at(row)).append(1, '\x1f');
    const auto [at, added] = rows_.try_emplace(std::move(key), to.rows());
    if (added) {
      to.begin_row(from_.line_of(row));
      for (std::size_t k = 0; k < kept_.size(); ++k) to.add(k, at->second, from_.columns[kept_[k]].at(row));
    }
    const auto name = trimmed(from_.columns[form_.name].at(row));
    const auto text = from_.columns[form_.value].at(row);
    Counter& counter = counter_of(std::string{name}, row);
    const Cell cell = parse_cell(text, Decimal::point);
    auto& readings = counter.readings;
    if (readings.empty() || readings.back().row != at->second)
      readings.push_back({at->second, 0, 0, std::string{text}});
    if (cell.kind != Cell::Kind::number) return;
    readings.back().sum += cell.value;
    ++readings.back().count;
  }
  Counter& counter_of(const std::string& name, std::uint32_t row) {
    const auto [at, added] = index_.try_emplace(name, counters_.size());
    if (added) {
      counters_.push_back(
          {name, from_.columns[form_.value].hint == Hint::increments ? Hint::counter : Hint::none, {}, {}});
      if (type_) {
        counters_.back().hint = hint_of_type(from_.columns[*type_].at(row));
        if (counters_.back().hint == Hint::rate) counters_.back().why = "a rate, by its Counter Type";
      }
      if (from_.hint_of_counter) {
        const auto [hint, why] = from_.hint_of_counter(name);
        counters_.back().hint = hint;
        counters_.back().why = why;
      }
    }
    return counters_[at->second];
  }
  void write(RawTable& to) {
    for (auto& counter : counters_) {
      const std::size_t column = to.add_column(counter.name);
      to.columns[column].hint = counter.hint == Hint::increments ? Hint::counter : counter.hint;
      to.columns[column].why = counter.why;
      std::stable_sort(counter.readings.begin(), counter.readings.end(),
                       [](const auto& a, const auto& b) { return a.row < b.row; });
      double so_far = 0;
      for (std::size_t i = 0; i < counter.readings.size();) {
        Reading joined = counter.readings[i];
        for (++i; i < counter.readings.size() && counter.readings[i].row == joined.row; ++i) {
          joined.sum += counter.readings[i].sum;
          joined.count += counter.readings[i].count;
        }
        so_far += joined.sum;
        if (counter.hint == Hint::increments) {
          to.add(column, joined.row, fmt::format("{}", so_far));
        } else if (joined.count <= 1) {
          to.add(column, joined.row, joined.text);
        } else {
          to.add(column, joined.row, fmt::format("{}", joined.sum / joined.count));
        }
      }
    }
  }

  const RawTable& from_;
  LongForm form_;
  std::vector<bool> follows_;
  std::optional<std::size_t> type_;
  std::vector<std::size_t> kept_;
  std::unordered_map<std::string, std::uint32_t> rows_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<Counter> counters_;
};

}  // namespace

void widen_long_form(RawTable& table, const TimeOptions& options) {
  const auto form = long_form_of(table);
  if (!form || options.every_s) return;
  table = Widener{table, *form}.widened();
}

}  // namespace leakrig
