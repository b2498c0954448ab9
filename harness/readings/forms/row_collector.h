#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/readings/raw_table.h"
#include "harness/readings/text_input.h"

namespace leakrig {

/// Takes the rows of a file of columns into a table: finds the header or that there is none, passes over
/// comments and over the header where it stands again, and refuses a row of another width. Throws UsageError
/// naming source and line.
class RowCollector {
 public:
  RowCollector(TextInput& in, RawTable& table) : in_(in), table_(table) {}

  /// A row's cells as they stand in `line`; they need not outlive the call.
  void take(const std::vector<std::string_view>& cells, std::uint64_t line);
  /// After the last row. `ended`: the file's last line had its line feed.
  void finish(bool ended);
  bool has_header() const { return !header_.empty(); }
  const std::vector<std::string>& header() const { return header_; }

 private:
  void begin(const std::vector<std::string_view>& cells);
  /// A row of units, or a second row of names, between the header and the first row; false: it is another.
  bool take_below_header(const std::vector<std::string_view>& cells);
  void join_headers(const std::vector<std::string_view>& cells);
  void name_columns(const std::vector<std::string>& names);
  bool is_header(const std::vector<std::string_view>& cells) const;

  TextInput& in_;
  RawTable& table_;
  std::vector<std::string> header_;
  std::vector<std::string> comment_;  ///< the cells of the last comment before the header
  bool two_headers_ = false;
  std::uint64_t comments_ = 0;
  std::uint64_t headers_again_ = 0;
  std::uint64_t short_line_ = 0;  ///< the line of a row that is too short: forgiven if it is the last
  std::size_t short_width_ = 0;
};

/// Whether a cell is a number or a time, as no name of a column is.
bool is_value(std::string_view cell);

}  // namespace leakrig
