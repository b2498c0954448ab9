#include <algorithm>
#include <cmath>

#include "harness/stats/verdict.h"

namespace leakrig::stats {

std::string_view to_string(Comparison comparison) {
  switch (comparison) {
    case Comparison::identical:
      return "identical";
    case Comparison::improved:
      return "improved";
    case Comparison::worse:
      return "worse";
    case Comparison::inconclusive:
      break;
  }
  return "inconclusive";
}

RateDifference compare_rates(const Growth& baseline, const Growth& variant, double tolerance_per_min) {
  RateDifference result;
  result.difference_per_min = variant.rate_per_min - baseline.rate_per_min;
  result.margin_per_min = std::max(tolerance_per_min, 0.1 * std::abs(baseline.rate_per_min));
  // The intervals are independent and need not be symmetric: combine each side's half widths in quadrature
  // (MOVER: Zou and Donner, Statistics in Medicine 27, 2008).
  result.ci_low = result.difference_per_min -
                  std::hypot(variant.rate_per_min - variant.ci_low, baseline.ci_high - baseline.rate_per_min);
  result.ci_high = result.difference_per_min + std::hypot(variant.ci_high - variant.rate_per_min,
                                                          baseline.rate_per_min - baseline.ci_low);
  const double margin = result.margin_per_min;
  if (result.ci_low >= -margin && result.ci_high <= margin) {
    result.verdict = Comparison::identical;
  } else if (result.ci_high < 0 && result.difference_per_min < -margin) {
    result.verdict = Comparison::improved;
  } else if (result.ci_low > 0 && result.difference_per_min > margin) {
    result.verdict = Comparison::worse;
  }
  return result;
}

}  // namespace leakrig::stats
