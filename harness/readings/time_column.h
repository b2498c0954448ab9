#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/readings/raw_table.h"

namespace leakrig {

struct TimeOptions {
  std::string column;             ///< --time; empty: found by name and content
  std::string format;             ///< --time-format; empty: told by the file
  std::optional<double> every_s;  ///< --every: the rows have no time, and are so far apart
};

/// What the seconds of a time column count from.
enum class TimeBase {
  absolute,     ///< 1970-01-01 UTC
  local,        ///< 1970-01-01 of a place that the file does not tell
  time_of_day,  ///< a midnight
  elapsed,      ///< some beginning
};

/// The column of times as understood.
struct TimeColumn {
  std::vector<std::size_t> columns;  ///< what it was made of: one, or date and time; empty with --every
  std::vector<double> seconds;       ///< one a row; NaN where there is none
  TimeBase clock = TimeBase::elapsed;
  std::string how;                 ///< "epoch milliseconds, told by their magnitude"
  std::vector<std::string> notes;  ///< sentences without a full stop
};

/// Whether a column of that name holds the time of its row.
bool is_time_name(std::string_view name);

/// Finds the time column and reads it. Throws UsageError with the question and the option that answers it
/// where there is none, where it may be read in two ways, and where a cell of it is no time.
TimeColumn understand_time(const RawTable& table, const TimeOptions& options);

/// The cells of one column as times. Nothing if they are none.
std::optional<TimeColumn> read_times(const RawTable& table, const RawColumn& column,
                                     const std::string& format);

}  // namespace leakrig
