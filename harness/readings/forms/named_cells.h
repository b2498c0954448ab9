#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "harness/readings/raw_table.h"

namespace leakrig {

/// Cells by the names of their columns.
class NamedCells {
 public:
  explicit NamedCells(RawTable& table) : table_(table) {}
  /// False where the row has one of that name already.
  bool add(std::uint32_t row, std::string_view name, std::string_view text) {
    const auto [at, is_new] = columns_.try_emplace(std::string{name}, table_.columns.size());
    if (is_new) table_.add_column(at->first);
    const auto& column = table_.columns[at->second];
    if (column.size() > 0 && column.row(column.size() - 1) == row) return false;
    table_.add(at->second, row, text);
    return true;
  }

 private:
  RawTable& table_;
  std::unordered_map<std::string, std::size_t> columns_;
};

}  // namespace leakrig
