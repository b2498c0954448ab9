#pragma once

#include <vector>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// The minutes at which readings begin again after a gap so long that nobody knows what happened in it: a fifth
/// of the span, and ten times the usual gap.
std::vector<double> ends_of_gaps(const Series& series);

/// The parts of a series between `life_starts` and after gaps, each without any; a known cycle goes with each.
std::vector<Series> lives_of(const Series& series);

/// One growth of a program that was started anew, or not read for long, within the series: each part is
/// assessed by itself and they are combined as replicates are. Parts too short for an estimate are left out.
Growth assess_lives(const Series& series, const GrowthOptions& options);

}  // namespace leakrig::stats
