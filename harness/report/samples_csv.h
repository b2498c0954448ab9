#pragma once

#include <string>

#include "harness/core/run_record.h"

namespace leakrig {

/// Every reading of a run as CSV: variant, replicate, t_s, due_s, missed, drain, then a column a metric and
/// the rig's own (rig_threads ...), empty where a reading has none. `leakrig analyze` reads it.
std::string samples_csv(const RunRecord& record);

}  // namespace leakrig
