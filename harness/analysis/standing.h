#pragma once

#include "harness/analysis/analysis.h"

namespace leakrig {

/// How a variant stands against the reference in one metric: the comparison of the two rates, in the light of
/// what both did for it. Less growth is no improvement where less was done.
enum class Standing {
  identical,
  inert,  ///< identical, and no server can see that anything was switched
  improved,
  starved,    ///< grows less, and loses lines that the reference does not, is capped, or did nothing at all
  does_less,  ///< grows less, and is meant to: it collects nothing, or a component is switched off
  worse,
  inconclusive,
  not_compared,  ///< one of the two did not run to its end
};
/// As expectations and reports name it: "identical", ..., "does less", "not compared".
const char* to_string(Standing standing);

/// Pure. Of two variants of `analysis`, as `comparison` names them.
Standing standing_of(const Analysis& analysis, const ComparisonAnalysis& comparison);

}  // namespace leakrig
