#include "harness/analysis/standing.h"

#include "harness/analysis/costs.h"

namespace leakrig {
namespace {

/// Of a variant that grows less than the reference: whether that is to its credit.
Standing credit_of(const VariantAnalysis& variant, const VariantAnalysis& reference,
                   const std::string& metric) {
  if (!variant.collects && reference.collects) return Standing::does_less;
  const auto* compared = variant.metric(metric);
  const bool capped = compared != nullptr && compared->verdict == MetricVerdict::capped;
  if (capped || starves(variant.costs, reference.costs) || variant.activity.is_idle())
    return Standing::starved;
  return Standing::improved;
}

}  // namespace

const char* to_string(Standing standing) {
  switch (standing) {
    case Standing::identical:
      return "identical";
    case Standing::inert:
      return "inert";
    case Standing::improved:
      return "improved";
    case Standing::starved:
      return "starved";
    case Standing::does_less:
      return "does less";
    case Standing::worse:
      return "worse";
    case Standing::inconclusive:
      return "inconclusive";
    case Standing::not_compared:
      break;
  }
  return "not compared";
}

Standing standing_of(const Analysis& analysis, const ComparisonAnalysis& comparison) {
  const auto* variant = analysis.variant(comparison.variant);
  const auto* reference = analysis.variant(comparison.reference);
  if (variant == nullptr || reference == nullptr || variant->outcome != Outcome::completed ||
      reference->outcome != Outcome::completed)
    return Standing::not_compared;
  switch (comparison.difference.verdict) {
    case stats::Comparison::identical: {
      const auto* wire = analysis.wire(comparison.variant);
      return wire != nullptr && wire->inert ? Standing::inert : Standing::identical;
    }
    case stats::Comparison::improved:
      return credit_of(*variant, *reference, comparison.metric);
    case stats::Comparison::worse:
      return Standing::worse;
    case stats::Comparison::inconclusive:
      break;
  }
  return Standing::inconclusive;
}

}  // namespace leakrig
