#pragma once

#include <vector>

#include "harness/readings/cell.h"
#include "harness/readings/column_role.h"
#include "harness/readings/raw_table.h"
#include "harness/readings/readings.h"

namespace leakrig {

/// A table whose columns are understood; `columns` and `parsed` have one each.
struct UnderstoodTable {
  TimeColumn time;
  std::vector<ParsedColumn> parsed;
  std::vector<Understanding> columns;
  std::vector<std::string> notes;
};

/// Throws UsageError where --metric, --judge, --unit, --load, --per name a column that there is not, or a
/// metric's numbers may be read in two ways.
UnderstoodTable understand(const RawTable& table, const ReadingsOptions& options);

/// Whether the options ask for that column to be judged.
bool is_asked_for(const ReadingsOptions& options, const RawColumn& column);

}  // namespace leakrig
