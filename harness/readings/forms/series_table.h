#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "harness/readings/raw_table.h"

namespace leakrig {

/// Makes a table of series that come one reading at a time: a row a time, a column a series.
class SeriesTable {
 public:
  SeriesTable(RawTable& table, const std::string& time_name) : table_(table) {
    table_.add_column(time_name);
    table_.time_column = time_name;
    table_.rows_in_any_order = true;
  }

  /// `time` and `value` as they stand in `line`. Of two readings of one series at one time the first counts.
  void add(const std::string& name, const std::map<std::string, std::string>& labels, std::string_view time,
           std::string_view value, std::uint64_t line) {
    std::string key = name;
    for (const auto& [label, text] : labels)
      key.append(1, '\x1f').append(label).append(1, '\x1e').append(text);
    const auto [column, new_column] = columns_.try_emplace(std::move(key), table_.columns.size());
    if (new_column) {
      table_.add_column(name);
      table_.columns.back().labels = labels;
    }
    auto& rows = rows_[std::string{time}];
    // A column's rows ascend: a reading that comes late begins a row of its own.
    const auto& cells = table_.columns[column->second];
    const bool fits = rows.second && (cells.size() == 0 || cells.row(cells.size() - 1) < rows.first);
    const bool doubled = rows.second && cells.size() > 0 && cells.row(cells.size() - 1) == rows.first;
    if (doubled) return;
    if (!fits) {
      rows = {table_.begin_row(line), true};
      table_.add(0, rows.first, time);
    }
    table_.add(column->second, rows.first, value);
  }

 private:
  RawTable& table_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::unordered_map<std::string, std::pair<std::uint32_t, bool>> rows_;
};

}  // namespace leakrig
