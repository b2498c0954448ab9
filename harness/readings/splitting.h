#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/readings/column_role.h"
#include "harness/readings/raw_table.h"
#include "harness/readings/time_column.h"

namespace leakrig {

/// Rows of one thing: one process, one host.
struct RowGroup {
  std::map<std::string, std::string> of;  ///< the columns of --by and their values
  std::vector<std::uint32_t> rows;        ///< as they stand in the file
  std::vector<double> changes_s;          ///< when a pid or the like became another: a restart
  std::vector<std::string> notes;
};

struct SplitOptions {
  std::vector<std::string> where;  ///< "pid=812"
  std::vector<std::string> by;     ///< "pid"
};

/// "pid=812" in its parts. Throws UsageError if it is none.
std::pair<std::string, std::string> parse_where(const std::string& text);

/// The rows that --where leaves, by --by. Throws UsageError, with the choice, where the rows of several
/// things stand in one file and it was not said which are meant. Columns that are labels of series are not
/// looked at here.
std::vector<RowGroup> split_rows(const RawTable& table, const std::vector<Understanding>& columns,
                                 const TimeColumn& time, const SplitOptions& options);

}  // namespace leakrig
