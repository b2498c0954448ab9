#include "harness/readings/raw_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "harness/core/error.h"

namespace leakrig {

void RawColumn::add(std::uint32_t row, std::string_view text) {
  if (rows_.empty() && row != ends_.size()) {
    rows_.resize(ends_.size());
    std::iota(rows_.begin(), rows_.end(), 0U);
    rows_.push_back(row);
  } else if (!rows_.empty()) {
    rows_.push_back(row);
  }
  bytes_ += text;
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

std::string_view RawColumn::at(std::uint32_t row) const {
  if (rows_.empty()) return row < ends_.size() ? text(row) : std::string_view{};
  const auto found = std::lower_bound(rows_.begin(), rows_.end(), row);
  return found == rows_.end() || *found != row ? std::string_view{}
                                               : text(static_cast<std::size_t>(found - rows_.begin()));
}

std::size_t RawTable::add_column(const std::string& name) {
  if (columns.size() >= kMostColumns)
    throw UsageError(fmt::format("{}: more than {} columns", source_, kMostColumns));
  columns.emplace_back(name);
  return columns.size() - 1;
}

std::uint32_t RawTable::begin_row(std::uint64_t line) {
  if (rows_ == std::numeric_limits<std::uint32_t>::max()) too_much();
  if (jumps_.empty() || jumps_.back().line + (rows_ - jumps_.back().row) != line)
    jumps_.push_back({rows_, line});
  if ((bytes_ += sizeof(Jump)) > kMostBytes) too_much();
  return rows_++;
}

void RawTable::expect(std::size_t read, std::size_t expected) {
  constexpr double kMargin = 1.1;  // later rows have longer numbers
  if (read == 0 || expected <= read || expected > kMostBytes) return;
  for (auto& column : columns)
    column.reserve(kMargin * static_cast<double>(expected) / static_cast<double>(read));
}

std::uint64_t RawTable::line_of(std::uint32_t row) const {
  const auto after =
      std::upper_bound(jumps_.begin(), jumps_.end(), row,
                       [](std::uint32_t wanted, const Jump& jump) { return wanted < jump.row; });
  if (after == jumps_.begin()) return row + 1;
  const Jump& jump = *std::prev(after);
  return jump.line + (row - jump.row);
}

void RawTable::fail_at(std::uint32_t row, const std::string& message) const {
  throw UsageError(fmt::format("{}:{}: {}", source_, line_of(row), message));
}

void RawTable::too_much() const {
  throw UsageError(fmt::format(
      "{0}: more than {1} MiB of cells ({2} rows): a file is understood as a whole, in memory; read "
      "every tenth row of it (awk 'NR == 1 || NR % 10 == 0' {0} | leakrig analyze -), or a part",
      source_, kMostBytes >> 20U, rows_));
}

}  // namespace leakrig
