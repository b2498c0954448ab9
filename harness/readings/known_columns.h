#pragma once

#include "harness/readings/raw_table.h"

namespace leakrig {

/// Says unit and kind of columns that programs name in their own way, where the columns together tell which
/// program it was: jstat -gc, Go's runtime.MemStats, process.memoryUsage() of Node, sar as CSV or JSON.
/// Leaves alone what the form has described.
void describe_known_columns(RawTable& table);

}  // namespace leakrig
