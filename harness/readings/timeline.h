#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/readings/raw_table.h"
#include "harness/readings/time_column.h"

namespace leakrig {

/// Rows of one thing, in the order of their times.
struct Timeline {
  std::vector<std::uint32_t> rows;
  std::vector<double> seconds;     ///< of `rows`; ascending, equal ones may follow each other
  std::vector<double> begun_anew;  ///< where an elapsed time began at its start again: a new life
  std::vector<std::string> notes;  ///< sentences without a full stop
  double step_s = 0;               ///< the middle one
  std::uint64_t repeated = 0;      ///< rows with the time of the row before, that differ from it
};

/// Puts `rows`, given as they stand in the file, in order: times of day that pass midnight, an elapsed time
/// that begins anew, rows before their time, rows that stand twice. `now_s`: the present, from 1970. Throws
/// UsageError where summer time ends in local times: sorting would mix two hours into one.
Timeline arrange(const RawTable& table, const TimeColumn& time, const std::vector<std::uint32_t>& rows,
                 double now_s);

}  // namespace leakrig
