#include <algorithm>
#include <cmath>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

namespace {

// Two one-sided tests at 5 % each are the 90 % interval inside the margin (Schuirmann, Journal of
// Pharmacokinetics and Biopharmaceutics 15, 1987).
constexpr double kConfidence = 0.90;
constexpr double kNormal = 1.644854;
/// `improved` and `worse` exclude that nothing changed at 1 % each side: a comparison of two runs that are the
/// same must not end so in more than one of fifty.
constexpr double kDiffers = 2.326348 / kNormal;

// Independent estimates: their reaches add in quadrature, each side by itself as the intervals need not be
// symmetric (MOVER: Zou and Donner, Statistics in Medicine 27, 2008).
double reach_below(const Growth& growth) {
  return growth.standard_error > 0 ? kNormal * growth.standard_error : growth.rate_per_min - growth.ci_low;
}

double reach_above(const Growth& growth) {
  return growth.standard_error > 0 ? kNormal * growth.standard_error : growth.ci_high - growth.rate_per_min;
}

}  // namespace

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
  result.confidence = kConfidence;
  result.difference_per_min = variant.rate_per_min - baseline.rate_per_min;
  result.margin_per_min = std::max(tolerance_per_min, 0.1 * std::abs(baseline.rate_per_min));
  result.ci_low = result.difference_per_min - std::hypot(reach_below(variant), reach_above(baseline));
  result.ci_high = result.difference_per_min + std::hypot(reach_above(variant), reach_below(baseline));
  const double below = kDiffers * (result.difference_per_min - result.ci_low);
  const double above = kDiffers * (result.ci_high - result.difference_per_min);
  const double margin = result.margin_per_min;
  if (result.ci_low >= -margin && result.ci_high <= margin) {
    result.verdict = Comparison::identical;
  } else if (result.difference_per_min + above < 0 && result.difference_per_min < -margin) {
    result.verdict = Comparison::improved;
  } else if (result.difference_per_min - below > 0 && result.difference_per_min > margin) {
    result.verdict = Comparison::worse;
  }
  return result;
}

}  // namespace leakrig::stats
