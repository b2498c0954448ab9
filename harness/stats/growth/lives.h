#pragma once

#include <vector>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// The parts of a series between `life_starts`, each without any; a known cycle goes with each.
std::vector<Series> lives_of(const Series& series);

/// One growth of a program that was started anew within the series: each life is assessed by itself and they
/// are combined as replicates are. Lives too short for an estimate are left out. `series.life_starts` is not
/// empty.
Growth assess_lives(const Series& series, const GrowthOptions& options);

}  // namespace leakrig::stats
