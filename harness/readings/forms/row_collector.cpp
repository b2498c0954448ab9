#include "harness/readings/forms/row_collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/readings/cell.h"
#include "harness/readings/time_column.h"
#include "harness/readings/time_text.h"
#include "harness/readings/unit.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

std::string plural(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string without_mark(std::string_view cell) {
  cell = trimmed(cell);
  while (cell.starts_with('#')) cell.remove_prefix(1);
  return std::string{trimmed(cell)};
}

/// "[kB]" and "(kB)" are "kB".
std::string_view without_brackets(std::string_view cell) {
  cell = trimmed(cell);
  const bool in_brackets = cell.size() > 2 && ((cell.front() == '[' && cell.back() == ']') ||
                                               (cell.front() == '(' && cell.back() == ')'));
  return in_brackets ? trimmed(cell.substr(1, cell.size() - 2)) : cell;
}

bool is_no_unit(std::string_view word) {
  return is_one_of(lower_case(word),
                   {"", "-", "#", "count", "number", "none", "n/a", "unit", "units", "int", "integer", "text",
                    "string", "timestamp", "datetime", "utc", "count/s"});
}

/// "Timestamp,User Count,50%,99%": numbers with a unit may be names beside texts; times and plain numbers
/// are none.
bool are_names(const std::vector<std::string_view>& cells) {
  std::size_t texts = 0;
  for (const auto& text : cells) {
    const Cell cell = parse_cell(text, Decimal::point);
    if (cell.kind == Cell::Kind::number && cell.unit == nullptr) return false;
    if (parse_time_text(text, DayOrder::day_first) || parse_time_text(text, DayOrder::month_first))
      return false;
    texts += cell.kind == Cell::Kind::text ? 1 : 0;
  }
  return texts > 1 && parse_cell(cells.front(), Decimal::point).kind == Cell::Kind::text;
}

}  // namespace

bool is_value(std::string_view cell) {
  return parse_cell(cell, Decimal::point).kind == Cell::Kind::number ||
         parse_cell(cell, Decimal::comma).kind == Cell::Kind::number ||
         parse_time_text(cell, DayOrder::day_first) || parse_time_text(cell, DayOrder::month_first);
}

void RowCollector::take(const std::vector<std::string_view>& cells, std::uint64_t line) {
  if (cells.empty() || (cells.size() == 1 && trimmed(cells[0]).empty())) return;
  if (!cells[0].empty() && trimmed(cells[0]).starts_with('#')) {
    ++comments_;
    if (header_.empty()) {
      comment_.assign(cells.begin(), cells.end());
      comment_[0] = without_mark(cells[0]);
    }
    return;
  }
  if (header_.empty() && lower_case(cells[0]).starts_with("sep=")) return;  // for Excel
  in_.set_line(line);
  if (short_line_ != 0) {
    in_.set_line(short_line_);
    in_.fail(fmt::format("{} cells where the header has {}", short_width_, header_.size()));
  }
  const bool title = header_.size() == 1 && (cells.size() > 1 || !is_value(cells[0]));
  if (title && table_.rows() == 0 && table_.has_header && trimmed(cells[0]) != header_[0]) {
    table_.notes.push_back(
        fmt::format("a line above the table was passed over (\"{}\")", header_[0].substr(0, 40)));
    table_.columns.clear();
    header_.clear();
  }
  if (header_.empty()) {
    begin(cells);
    if (table_.has_header && comment_.empty()) return;
  } else if (is_header(cells)) {
    ++headers_again_;
    return;
  }
  if (table_.rows() == 0 && table_.has_header && take_below_header(cells)) return;
  std::size_t width = cells.size();
  while (width > header_.size() && trimmed(cells[width - 1]).empty()) --width;
  if (width == header_.size() + 1 && table_.rows() == 0 && table_.has_header) {
    // A table of R or pandas: the rows have names, and the header has none for them.
    auto names = header_;
    names.insert(names.begin(), "row");
    table_.columns.clear();
    name_columns(names);
  }
  if (width < header_.size()) {
    short_line_ = line;
    short_width_ = width;
    return;
  }
  if (width > header_.size())
    in_.fail(fmt::format("{} cells where the header has {}", width, header_.size()));
  const auto row = table_.begin_row(line);
  for (std::size_t i = 0; i < width; ++i) table_.add(i, row, cells[i]);
}

bool RowCollector::is_header(const std::vector<std::string_view>& cells) const {
  if (!table_.has_header || cells.size() < header_.size()) return false;
  for (std::size_t i = 0; i < header_.size(); ++i) {
    if (trimmed(cells[i]) != header_[i]) return false;
  }
  return true;
}

bool RowCollector::take_below_header(const std::vector<std::string_view>& cells) {
  if (std::any_of(cells.begin(), cells.end(), is_value)) return false;
  std::size_t units = 0;
  std::size_t others = 0;
  for (const auto& cell : cells) {
    const auto word = without_brackets(cell);
    units += unit_of(word, true) != nullptr ? 1 : 0;
    others += unit_of(word, true) == nullptr && !is_no_unit(word) ? 1 : 0;
  }
  if (units > 0 && others == 0 && cells.size() <= header_.size()) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto word = without_brackets(cells[i]);
      if (unit_of(word, true) == nullptr) continue;
      table_.columns[i].unit = std::string{word};
      table_.columns[i].why = "by the row of units";
    }
    table_.notes.push_back("the row below the header was taken for the units of the columns");
    return true;
  }
  const bool named = std::any_of(cells.begin(), cells.end(), [](std::string_view cell) {
    return parse_cell(cell, Decimal::point).kind == Cell::Kind::text;
  });
  if (!named || two_headers_) return false;
  join_headers(cells);
  return true;
}

void RowCollector::join_headers(const std::vector<std::string_view>& cells) {
  two_headers_ = true;
  std::vector<std::string> names;
  std::string group;
  for (std::size_t i = 0; i < std::max(cells.size(), header_.size()); ++i) {
    if (i < header_.size() && !header_[i].empty()) group = header_[i];
    const std::string own{i < cells.size() ? trimmed(cells[i]) : std::string_view{}};
    const bool is_time = is_time_name(own);  // the time of all groups
    names.push_back(group.empty() || group == own || is_time ? own : own.empty() ? group : group + " " + own);
  }
  while (names.size() > 1 && names.back().empty()) names.pop_back();
  std::erase_if(table_.notes,
                [](const std::string& note) { return note.starts_with("two columns are called"); });
  table_.columns.clear();
  name_columns(names);
  table_.notes.push_back("the header has two rows: a column is called by both");
}

void RowCollector::begin(const std::vector<std::string_view>& cells) {
  const bool values = std::any_of(cells.begin(), cells.end(), is_value) && !are_names(cells);
  std::vector<std::string> names;
  if (!values) {
    comment_.clear();
    for (const auto& cell : cells) names.emplace_back(trimmed(cell));
    while (names.size() > 1 && names.back().empty()) names.pop_back();
    name_columns(names);
    return;
  }
  if (comment_.size() == cells.size() && cells.size() > 1) {
    --comments_;
    for (const auto& name : comment_) names.emplace_back(trimmed(name));
    name_columns(names);
    return;
  }
  comment_.clear();
  table_.has_header = false;
  for (std::size_t i = 0; i < cells.size(); ++i) names.push_back(std::to_string(i + 1));
  while (names.size() > 1 && trimmed(cells[names.size() - 1]).empty()) names.pop_back();
  name_columns(names);
  table_.notes.push_back("there is no header: the columns are called " +
                         (names.size() > 1 ? "1 to " + names.back() : "1"));
}

void RowCollector::name_columns(const std::vector<std::string>& names) {
  header_ = names;
  std::map<std::string, int> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string name = names[i].empty() ? fmt::format("column {}", i + 1) : names[i];
    if (seen[name]++ > 0) {
      const std::string own = fmt::format("{} (column {})", name, i + 1);
      table_.notes.push_back(
          fmt::format("two columns are called {}: the second is taken as \"{}\"", name, own));
      name = own;
    }
    table_.add_column(name);
  }
}

void RowCollector::finish(bool ended) {
  if (short_line_ != 0) {
    in_.set_line(short_line_);
    if (ended) in_.fail(fmt::format("{} cells where the header has {}", short_width_, header_.size()));
    table_.notes.push_back(fmt::format("the last line ({}) is cut short, and left out", short_line_));
  }
  if (header_.empty()) {
    in_.set_line(0);
    in_.fail("no rows: there are only comments or blank lines in it");
  }
  if (comments_ > 0)
    table_.notes.push_back(plural(comments_, "comment was", "comments were") + " passed over");
  if (headers_again_ > 0)
    table_.notes.push_back(fmt::format("the header stands again {}, which was passed over",
                                       plural(headers_again_, "time", "times")));
}

}  // namespace leakrig
