#pragma once

#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/core/run_record.h"

namespace leakrig {

/// What became of each counted metric's growth once the fleet had stopped, from the drain readings of the
/// replicates, if they have any; memory is left out, as allocators keep it. The level before is that at
/// T+0, of the warm-up's second half and the rate since; the level after that of the drain's second half;
/// what may stay is what the tolerance lets grow in the run. A `leak` whose growth drained in every replicate
/// is a backlog: `stable`, with the reason first.
void judge_drain(const std::vector<const VariantRecord*>& replicates, std::vector<MetricAnalysis>& metrics);

}  // namespace leakrig
