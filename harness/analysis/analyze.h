#pragma once

#include "harness/analysis/analysis.h"
#include "harness/core/run_record.h"

namespace leakrig {

/// Whether `record`, sampled until its look, shows a leak in the metric that a report on it would lead with.
/// `as`: the variant whose sampling and expectations count. Then `analyze` says `leak` of the same samples.
/// Never where the readings have not left the range that they had before T+0.
bool is_sure_of_leak(const ScenarioSpec& scenario, const VariantRecord& record, const std::string& as);

/// A record's scenario as types. Throws UsageError where it cannot be understood.
ScenarioSpec scenario_of(const RunRecord& record);

/// Pure: the record in, what it means out. A variant without samples is `inconclusive` and not passed.
Analysis analyze(RunRecord record);

}  // namespace leakrig
