#pragma once

#include "harness/readings/raw_table.h"
#include "harness/readings/readings.h"
#include "harness/readings/splitting.h"
#include "harness/readings/timeline.h"
#include "harness/readings/understood_table.h"

namespace leakrig {

/// The judged metrics of one group, in the order of its timeline, into `readings`. Throws UsageError where
/// several series have one name and it was not said which is meant, and where rows of one time are not of one
/// thing.
void add_series(const RawTable& table, const UnderstoodTable& understood, const ReadingsOptions& options,
                const RowGroup& group, Timeline& line, const std::vector<double>& lives,
                FileReadings& readings);

/// For each metric that several groups have: their sum, where sums mean something (things, bytes).
void add_totals(FileReadings& readings);

}  // namespace leakrig
