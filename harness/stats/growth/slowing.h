#pragma once

#include "harness/stats/growth/growth_model.h"

namespace leakrig::stats {

/// Whether growth clearly slows over the run once the best fit's shape is out: the growth of ten blocks of
/// equal length falls along a line, by Student's test of its slope.
bool slows(const ModelData& data, const BestFit& best);

}  // namespace leakrig::stats
