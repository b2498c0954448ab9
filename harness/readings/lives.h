#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/readings/splitting.h"
#include "harness/readings/timeline.h"
#include "harness/readings/understood_table.h"

namespace leakrig {

/// When the program was started again, in seconds as `line` has them: a pid that changed, an elapsed time
/// that began anew, an uptime that fell, a start time that changed, a counter that fell below half. What told
/// it is added to the notes of `line`.
std::vector<double> restarts_of(const RawTable& table, const UnderstoodTable& understood,
                                const RowGroup& group, Timeline& line);

}  // namespace leakrig
