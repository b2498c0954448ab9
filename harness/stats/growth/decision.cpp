#include "harness/stats/growth/decision.h"

#include "harness/stats/growth/rate_interval.h"

namespace leakrig::stats {

Verdict verdict_by(const Evidence& evidence, const GrowthOptions& options) {
  const double tolerance = options.tolerance_per_min;
  if (evidence.low > tolerance && evidence.no_growth < options.doubt_of_growth) return Verdict::leak;
  if (evidence.high < tolerance && evidence.large_leak < kDoubtOfStability) return Verdict::stable;
  return Verdict::inconclusive;
}

}  // namespace leakrig::stats
