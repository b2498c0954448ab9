#pragma once

#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Groups whose count changed from the first table row to the last; those that did not are left out. `share`
/// is of the growth of the metric that the kind makes up. First the kinds whose metric grows, in the order of
/// the metrics, and in a kind the largest growth; of goroutines that grow in step (as join_both_sides means
/// it), those that stand in the subject's own code come before those in Go's library, whose stacks name
/// nobody.
std::vector<AttributionRow> attribute_growth(const std::vector<Sample>& samples,
                                             const std::vector<MetricAnalysis>& metrics);

/// For each growing metric, the request kind whose open count grows with it, and the groups that grow in step
/// (within 10 % or two of it). Only where such groups exist.
std::vector<TwoSided> join_both_sides(const std::vector<MetricAnalysis>& metrics,
                                      const std::vector<AttributionRow>& attribution,
                                      const std::vector<OrphanRow>& orphans);

}  // namespace leakrig
