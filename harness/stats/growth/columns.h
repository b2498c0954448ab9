#pragma once

#include <vector>

namespace leakrig::stats {

/// Equally long columns of numbers, stored row by row so that a recursion over time runs over all columns at
/// once.
struct Columns {
  std::size_t rows = 0;
  std::size_t width = 0;
  std::vector<double> cells;  ///< rows * width

  Columns(std::size_t row_count, std::size_t column_count)
      : rows(row_count), width(column_count), cells(row_count * column_count) {}
  double* row(std::size_t i) { return cells.data() + i * width; }
  const double* row(std::size_t i) const { return cells.data() + i * width; }
};

}  // namespace leakrig::stats
