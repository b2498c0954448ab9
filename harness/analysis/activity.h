#pragma once

#include <string>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/core/run_record.h"

namespace leakrig {

/// What a subject did from T+0 to its last reading, from its first replicate's record. `asked`: the metrics
/// that the scenario's probes were to read; one without a reading, or whose readings end before the last
/// quarter of the measured time, is silent. A missed slot is nobody's silence. `time_scale`: scenario seconds
/// a wall second.
SubjectActivity activity_of(const VariantRecord& record, const std::vector<std::string>& asked, double time_scale);

}  // namespace leakrig
