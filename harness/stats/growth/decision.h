#pragma once

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// What a rate's readings say, per minute; of one series or of several combined.
struct Evidence {
  double low = 0;         ///< the interval that the options ask for
  double high = 0;
  double no_growth = 1;   ///< probability that nothing grows
  double large_leak = 1;  ///< probability of kLargeLeak tolerances or more, if that much leaks
};

/// The one rule: `leak` where the interval lies above the tolerance and that nothing grows is beyond the
/// options' doubt; `stable` where it lies below and a large leak is excluded.
Verdict verdict_by(const Evidence& evidence, const GrowthOptions& options);

}  // namespace leakrig::stats
