#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leakrig {

/// What the form of a file says of a column; the rest is told by its name and its cells.
enum class Hint {
  none,
  gauge,
  counter,
  increments,
  rate,
  share,
  duration,
  id,
  label,
  metric_name,
  metric_value,
  part,
  own,
  load,
  free
};

/// The cells of one column as they stand in the file, in the order of their rows; a row may have none.
class RawColumn {
 public:
  explicit RawColumn(std::string column_name) : name(std::move(column_name)) {}

  void add(std::uint32_t row, std::string_view text);
  /// Makes room for `times` as much as there is.
  void reserve(double times) {
    bytes_.reserve(static_cast<std::size_t>(static_cast<double>(bytes_.size()) * times));
    ends_.reserve(static_cast<std::size_t>(static_cast<double>(ends_.size()) * times));
  }
  std::size_t size() const { return ends_.size(); }
  std::uint32_t row(std::size_t cell) const {
    return rows_.empty() ? static_cast<std::uint32_t>(cell) : rows_[cell];
  }
  std::string_view text(std::size_t cell) const {
    const std::size_t begin = cell == 0 ? 0 : ends_[cell - 1];
    return std::string_view{bytes_}.substr(begin, ends_[cell] - begin);
  }
  /// The text in a row; empty where it has none.
  std::string_view at(std::uint32_t row) const;

  std::string name;
  /// Of a series that is a column of its own, as Prometheus has it: what tells it from others of the same
  /// name.
  std::map<std::string, std::string> labels;
  Hint hint = Hint::none;
  std::string unit;  ///< as the form knows it: "KiB", "MiB"; empty: from name and cells
  std::string why;   ///< the reason of `hint` or `unit` in a few words, where the form knows one

 private:
  std::string bytes_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint32_t> rows_;  ///< empty while each row had a cell
};

/// A file's cells, before any of them is understood. Bounded: throws UsageError beyond kMostBytes,
/// kMostColumns.
class RawTable {
 public:
  static constexpr std::size_t kMostColumns = 10'000;
  static constexpr std::size_t kMostBytes = std::size_t{768} << 20U;

  explicit RawTable(std::string source) : source_(std::move(source)) {}

  const std::string& source() const { return source_; }
  /// Adds a column; names may stand twice.
  std::size_t add_column(const std::string& name);
  /// Begins the row that stands in `line` of the file.
  std::uint32_t begin_row(std::uint64_t line);
  void add(std::size_t column, std::uint32_t row, std::string_view text) {
    columns[column].add(row, text);
    if ((bytes_ += text.size() + 8) > kMostBytes) too_much();
  }
  /// Makes room for a file of which `read` bytes of `expected` are in it already; never for more than may be.
  void expect(std::size_t read, std::size_t expected);
  std::uint32_t rows() const { return rows_; }
  std::uint64_t line_of(std::uint32_t row) const;
  /// "FILE:LINE: message" as UsageError.
  [[noreturn]] void fail_at(std::uint32_t row, const std::string& message) const;

  std::vector<RawColumn> columns;
  std::string form;                ///< the name of the form that it was read as
  std::vector<std::string> notes;  ///< what was passed over while reading, in sentences without a full stop
  std::string time_column;         ///< that the form knows; empty: to be found
  bool rows_in_any_order = false;  ///< the form writes a series after another
  /// Of a long form: what the form knows of a counter by its name, with the reason.
  std::function<std::pair<Hint, std::string>(const std::string& counter)> hint_of_counter;
  std::string decimal_hint;  ///< ";" or a tab between cells: a decimal comma is likely
  bool has_header = true;
  std::vector<std::uint32_t>
      snapshot;  ///< of each row, where several rows belong to one time; empty: each row has its own

 private:
  [[noreturn]] void too_much() const;

  struct Jump {
    std::uint32_t row = 0;
    std::uint64_t line = 0;
  };
  std::string source_;
  std::uint32_t rows_ = 0;
  std::size_t bytes_ = 0;
  std::vector<Jump> jumps_;  ///< where a row does not stand in the line after the row before
};

}  // namespace leakrig
