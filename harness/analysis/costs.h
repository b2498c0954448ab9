#pragma once

#include "harness/analysis/analysis.h"
#include "harness/core/run_record.h"

namespace leakrig {

/// What a replicate cost until `end_s`, its last reading's time.
Costs costs_of(const VariantRecord& record, double end_s);

/// Of all replicates together: lines are added up, rates and the median latency averaged, the high latency is
/// the worst one's. `each` is not empty.
Costs combine_costs(const std::vector<Costs>& each);

/// Whether a configuration loses, of the lines written, at least one in a hundred more than `reference` does.
bool starves(const Costs& costs, const Costs& reference);
/// The same of shares of the lines, 0 to 1.
bool starves(double lost_share, double reference_lost_share);

/// How well the schedule was kept.
SamplingQuality sampling_quality(const std::vector<Sample>& samples, double time_scale);

/// Of all replicates together: slots are added up, everything else is the worst one's.
SamplingQuality combine_quality(const std::vector<SamplingQuality>& each);

}  // namespace leakrig
