#pragma once

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// A series of fewer rows than this has no model of its noise.
inline constexpr std::size_t kFewRows = 16;
/// With fewer there is no line with an error.
inline constexpr std::size_t kFewestRows = 4;

/// The verdict on kFewestRows to kFewRows rows: the line through them with Student's error (see few_points.h).
/// A `leak` must besides be a drift that a random walk with such steps would not have. What stays open comes
/// with the number of rows that would likely decide.
void judge_few_rows(const Series& series, const GrowthOptions& options, Growth& growth);

}  // namespace leakrig::stats
