#pragma once

#include <string_view>
#include <vector>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// One run of several of the same configuration, assessed by itself.
struct Replicate {
  Growth growth;
  double minutes = 0;  ///< from its first reading to its last
};

/// The estimate over all replicates: the mean of the rates, weighted by the inverse of each one's variance
/// plus the variance between them (DerSimonian and Laird, Controlled Clinical Trials 7, 1986). The ends of
/// the interval add up each side by itself, as the replicates' need not be symmetric (MOVER: Zou and Donner,
/// Statistics in Medicine 27, 2008), at the highest confidence of any of them. The verdict follows the rules
/// of assess_growth on the combined interval; besides, a replicate that leaks and one that is stable
/// contradict each other, which is `inconclusive`. Replicates too short for an estimate are left out, with a
/// reason; of one replicate the growth is that replicate's. Throws std::invalid_argument if there are none.
/// `name`: what they are called in the reasons.
Growth combine_replicates(const std::vector<Replicate>& replicates, const GrowthOptions& options,
                          std::string_view name = "replicates");

}  // namespace leakrig::stats
