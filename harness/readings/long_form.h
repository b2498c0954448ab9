#pragma once

#include "harness/readings/raw_table.h"
#include "harness/readings/time_column.h"

namespace leakrig {

/// A table with a row for each reading of each counter (time, name, value) as one with a column a counter;
/// other tables stay as they are. Told by the form's hints, or by the columns' names. Readings of one counter
/// at one time are averaged, or added up where the form says that they are increments.
void widen_long_form(RawTable& table, const TimeOptions& options);

}  // namespace leakrig
