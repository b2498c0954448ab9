#pragma once

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// What growth does not matter where nobody has said it. For a short run it is a rate; over a long one what
/// counts is what has come together: `over_span` units, or a tenth of the start level if that is more.
struct DefaultTolerance {
  double per_min = 2;
  double over_span = 20;  ///< in the values' unit
};
/// Things that are counted: 2/min, and 20 over the whole.
inline constexpr DefaultTolerance kCountTolerance{2, 20};
/// Bytes: 1 MiB/min, and 64 MiB over the whole.
inline constexpr DefaultTolerance kMemoryTolerance{1048576, 64.0 * 1048576};

/// The tolerance a minute for this series: `per_min`, but no more than what may come together over the
/// series' span. The start level is the median of the first tenth of the readings (of each life). 0 < result
/// <= per_min; `per_min` where there are fewer than two readings.
double default_tolerance(const Series& series, const DefaultTolerance& defaults);

}  // namespace leakrig::stats
