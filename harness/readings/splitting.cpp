#include "harness/readings/splitting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "harness/core/error.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostGroups = 200;

/// A column's values as numbers from 0, in the order in which they appear; rows without one have the last
/// value's.
struct Codes {
  std::size_t column = 0;
  std::vector<std::uint32_t> of_row;  ///< one for each row of the table
  std::vector<std::string> values;
};

/// Nothing if there are too many to be labels.
std::optional<Codes> codes_of(const RawTable& table, std::size_t column,
                              const std::vector<std::uint32_t>& rows) {
  Codes codes;
  codes.column = column;
  codes.of_row.assign(table.rows(), 0);
  std::unordered_map<std::string, std::uint32_t> known;
  const auto& cells = table.columns[column];
  std::string_view last;
  std::uint32_t code = 0;
  for (const std::uint32_t row : rows) {
    const auto text = trimmed(cells.at(row));
    if (codes.values.empty() || text != last) {
      last = text;
      const auto [at, added] =
          known.try_emplace(std::string{text}, static_cast<std::uint32_t>(codes.values.size()));
      if (added) codes.values.emplace_back(text);
      if (codes.values.size() > 10'000) return std::nullopt;
      code = at->second;
    }
    codes.of_row[row] = code;
  }
  return codes;
}

/// How the values of a column follow each other in a file.
struct Course {
  std::size_t returns = 0;        ///< a value came again after another
  std::size_t overlaps = 0;       ///< a value's rows begin before the time of another's last row
  std::vector<double> changes_s;  ///< times of rows whose value was not there before
};

Course course_of(const Codes& codes, const TimeColumn& time, const std::vector<std::uint32_t>& rows) {
  Course course;
  std::vector<bool> seen(codes.values.size(), false);
  std::vector<std::pair<double, double>> spans(codes.values.size(), {INFINITY, -INFINITY});
  std::optional<std::uint32_t> last;
  for (const std::uint32_t row : rows) {
    const std::uint32_t code = codes.of_row[row];
    const double at = time.seconds[row];
    spans[code] = {std::min(spans[code].first, at), std::max(spans[code].second, at)};
    if (last && *last != code) {
      if (seen[code]) ++course.returns;
      if (!seen[code]) course.changes_s.push_back(at);
    }
    seen[code] = true;
    last = code;
  }
  std::sort(spans.begin(), spans.end());
  for (std::size_t i = 1; i < spans.size(); ++i)
    course.overlaps += spans[i].first < spans[i - 1].second ? 1 : 0;
  return course;
}

/// Rows whose time and labels were there before.
std::size_t repeats(const TimeColumn& time, const std::vector<std::uint32_t>& rows, const Codes* codes) {
  std::vector<std::pair<double, std::uint32_t>> keys;
  keys.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    if (std::isfinite(time.seconds[row]))
      keys.emplace_back(time.seconds[row], codes == nullptr ? 0 : codes->of_row[row]);
  }
  std::sort(keys.begin(), keys.end());
  std::size_t count = 0;
  for (std::size_t i = 1; i < keys.size(); ++i) count += keys[i] == keys[i - 1] ? 1 : 0;
  return count;
}

[[noreturn]] void ask(const RawTable& table, const Codes& codes, const std::vector<std::uint32_t>& rows) {
  std::vector<std::size_t> counts(codes.values.size(), 0);
  for (const std::uint32_t row : rows) ++counts[codes.of_row[row]];
  std::string list;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, codes.values.size()); ++i)
    list += fmt::format("{}{} in {} rows", i == 0 ? "" : ", ",
                        codes.values[i].empty() ? "(none)" : codes.values[i], counts[i]);
  if (codes.values.size() > 5) list += ", ...";
  const std::string& name = table.columns[codes.column].name;
  throw UsageError(fmt::format(
      "{}: {} has {} values ({}): choose one with --where {}={}, or have a verdict on each with --by {}",
      table.source(), name, codes.values.size(), list, name, codes.values.front(), name));
}

bool may_split(const Understanding& column) {
  return column.role == Role::id || column.role == Role::label;
}

bool is_process_id(const std::string& name) {
  const auto words = words_of(name);
  return !words.empty() && (words.back() == "pid" || words.back() == "tgid");
}

/// Nothing but one thing's rows may be left; a pid that becomes another for good is a restart.
void settle(const RawTable& table, const std::vector<Understanding>& columns, const TimeColumn& time,
            RowGroup& group) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (may_split(columns[i]) && table.columns[i].labels.empty() && !group.of.contains(table.columns[i].name))
      order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto rank = [&](std::size_t i) {
      return is_process_id(table.columns[i].name) ? 0 : is_identity(table.columns[i].name) ? 1 : 2;
    };
    return rank(a) < rank(b);
  });
  if (order.empty()) return;
  std::optional<std::size_t> doubled;  // counted only where something may come of it
  for (const std::size_t i : order) {
    const auto codes = codes_of(table, i, group.rows);
    if (!codes || codes->values.size() < 2) continue;
    const std::string& name = table.columns[i].name;
    const Course course = course_of(*codes, time, group.rows);
    if (is_identity(name) && (course.returns > 0 || course.overlaps > 0)) ask(table, *codes, group.rows);
    if (!doubled) doubled = repeats(time, group.rows, nullptr);
    if (*doubled * 10 > group.rows.size() && repeats(time, group.rows, &*codes) * 10 < *doubled)
      ask(table, *codes, group.rows);
    if (!is_identity(name) || course.changes_s.empty()) continue;
    if (codes->values.size() * 3 > group.rows.size()) continue;  // a value a row or so names no life
    group.notes.push_back(fmt::format(
        "{} changes {} and never back: taken as a restart", name,
        course.changes_s.size() == 1 ? "once" : fmt::format("{} times", course.changes_s.size())));
    group.changes_s.insert(group.changes_s.end(), course.changes_s.begin(), course.changes_s.end());
  }
}

std::size_t label_column(const RawTable& table, const std::string& name, const char* option) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name && table.columns[i].labels.empty()) return i;
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (lower_case(table.columns[i].name) == lower_case(name) && table.columns[i].labels.empty()) return i;
  }
  const bool of_series = std::any_of(table.columns.begin(), table.columns.end(),
                                     [&](const RawColumn& c) { return c.labels.contains(name); });
  if (of_series) return table.columns.size();
  throw UsageError(fmt::format("{}: {} {}: there is no such column or label", table.source(), option, name));
}

/// "812" also where the file has "812.0" or blanks around it.
bool same_value(std::string_view cell, const std::string& wanted) {
  return trimmed(cell) == wanted;
}

}  // namespace

std::pair<std::string, std::string> parse_where(const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos || at == 0)
    throw UsageError(fmt::format("--where {}: COLUMN=VALUE is needed, such as pid=812", text));
  return {text.substr(0, at), text.substr(at + 1)};
}

std::vector<RowGroup> split_rows(const RawTable& table, const std::vector<Understanding>& columns,
                                 const TimeColumn& time, const SplitOptions& options) {
  std::vector<std::uint32_t> rows(table.rows());
  for (std::uint32_t row = 0; row < table.rows(); ++row) rows[row] = row;
  for (const auto& text : options.where) {
    const auto [name, value] = parse_where(text);
    const std::size_t column = label_column(table, name, "--where");
    if (column == table.columns.size()) continue;
    std::erase_if(rows, [&, &wanted = value](std::uint32_t row) {
      return !same_value(table.columns[column].at(row), wanted);
    });
    if (rows.empty())
      throw UsageError(fmt::format("{}: --where {}: no row has that value", table.source(), text));
  }
  std::vector<RowGroup> groups(1);
  groups.front().rows = std::move(rows);
  for (const auto& name : options.by) {
    const std::size_t column = label_column(table, name, "--by");
    if (column == table.columns.size()) continue;
    std::vector<RowGroup> finer;
    for (const auto& group : groups) {
      const auto codes = codes_of(table, column, group.rows);
      if (!codes || codes->values.size() > kMostGroups)
        throw UsageError(fmt::format("{}: --by {}: more than {} values; choose some with --where",
                                     table.source(), name, kMostGroups));
      std::vector<RowGroup> parts(codes->values.size());
      for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i].of = group.of;
        parts[i].of[table.columns[column].name] = codes->values[i];
      }
      for (const std::uint32_t row : group.rows) parts[codes->of_row[row]].rows.push_back(row);
      for (auto& part : parts) finer.push_back(std::move(part));
    }
    groups = std::move(finer);
  }
  for (auto& group : groups) settle(table, columns, time, group);
  return groups;
}

}  // namespace leakrig
