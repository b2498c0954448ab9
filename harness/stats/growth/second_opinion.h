#pragma once

#include "harness/stats/growth/growth_model.h"
#include "harness/stats/growth/theil_sen.h"

namespace leakrig::stats {

/// The Theil-Sen slope of `plain` less the best fit's shape, thinned to a few hundred points at most, with a
/// Kendall interval corrected for autocorrelation. It shares the adjustments with the model but neither its
/// noise nor its averaging.
SlopeInterval second_opinion(const ModelData& data, const BestFit& best, double confidence);

}  // namespace leakrig::stats
