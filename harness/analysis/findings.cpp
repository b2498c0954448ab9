#include "harness/analysis/findings.h"

#include <cmath>
#include <type_traits>

namespace leakrig {

finding::Growing growing(const MetricAnalysis& metric) {
  const auto& growth = metric.growth;
  finding::Growing result;
  result.metric = metric.name;
  result.quantity = quantity_of_unit(metric.unit);
  result.per = metric.per;
  result.verdict = metric.verdict;
  result.judged = metric.judged;
  // Too few readings: what has no error is no estimate.
  result.estimated = (growth.verdict != stats::Verdict::inconclusive || growth.standard_error != 0) &&
                     std::isfinite(growth.rate_per_min) && std::isfinite(growth.interval.low) &&
                     std::isfinite(growth.interval.high);
  result.start = metric.start;
  result.final = metric.final;
  result.rate_per_min = growth.rate_per_min;
  result.low = growth.interval.low;
  result.high = growth.interval.high;
  result.level = growth.interval.level;
  result.span_minutes = growth.span_minutes;
  result.tolerance_per_min = metric.tolerance_per_min;
  result.p_within_tolerance = growth.p_within_tolerance;
  return result;
}

std::optional<MissingEvidence> missing_evidence(const Finding& finding) {
  using Kind = MissingEvidence::Kind;
  if (const auto* grew = std::get_if<finding::GrewUnjudged>(&finding))
    return MissingEvidence{Kind::not_judged, grew->metrics.front().metric};
  if (const auto* silent = std::get_if<finding::ProbeSilent>(&finding))
    return MissingEvidence{Kind::not_read, silent->metric};
  if (std::holds_alternative<finding::ChildrenUncounted>(finding)) return MissingEvidence{Kind::children_uncounted};
  if (std::holds_alternative<finding::SubjectIdle>(finding)) return MissingEvidence{Kind::subject_idle};
  if (const auto* never = std::get_if<finding::NeverReached>(&finding); never != nullptr && never->docker)
    return MissingEvidence{Kind::docker_unasked};
  return std::nullopt;
}

bool is_missing_evidence(const Finding& finding) { return missing_evidence(finding).has_value(); }

std::string variant_of(const Finding& finding) {
  return std::visit(
      [](const auto& each) -> std::string {
        using Kind = std::decay_t<decltype(each)>;
        if constexpr (requires { each.of.variant; }) {
          return each.of.variant;
        } else if constexpr (requires { each.variant; }) {
          return each.variant;
        } else if constexpr (std::is_same_v<Kind, finding::WorseThanBaseline>) {
          return each.difference.variant;
        } else {
          return "";
        }
      },
      finding);
}

std::vector<Finding> findings_of(const Analysis& analysis) {
  std::vector<Finding> findings;
  find_against_known(analysis, findings);
  for (const auto& variant : analysis.variants) {
    find_verdict(analysis, variant, findings);
    find_tree(variant, findings);
    find_rig_faults(variant, findings);
    find_never_reached(variant, findings);
    find_missing_evidence(variant, findings);
  }
  for (const auto& variant : analysis.variants) find_against_reference(analysis, variant, findings);
  return findings;
}

}  // namespace leakrig
