#include <map>
#include <utility>

#include "harness/analysis/cost_catalogue.h"
#include "harness/analysis/findings.h"
#include "harness/analysis/standing.h"

namespace leakrig {
namespace {

/// What the variant pays: each cost above the reference's by more than its margin, and lines that it loses
/// where the reference loses fewer.
std::vector<finding::Price> prices_of(const VariantAnalysis& variant, const VariantAnalysis& reference) {
  std::vector<finding::Price> prices;
  for (const auto& cost : cost_catalogue()) {
    const auto now = cost.value(variant.costs);
    const auto was = cost.value(reference.costs);
    if (!now || !was || cost.margin == nullptr) continue;
    if (*now > *was + cost_margin(cost, *was, CostMargins{})) prices.push_back({cost.key, *was, *now});
  }
  return prices;
}

/// The metric that leads the leak that `metric` is a part of; itself where there is none.
std::string leader_of(const Analysis& analysis, const RecordedDifference& difference) {
  const auto* variant = analysis.variant(difference.variant);
  if (variant == nullptr || difference.metric.empty()) return difference.metric;
  for (const auto& leak : leaks_of(*variant)) {
    if (is_part_of(leak, difference.metric)) return leak.lead.metric;
  }
  return difference.metric;
}

/// What is worse in one leak is one finding, led by its first.
void find_worse_than_baseline(const Analysis& analysis, std::vector<Finding>& findings) {
  std::map<std::pair<std::string, std::string>, std::size_t> told;  // variant and leader -> place
  bool worse = false;
  for (const auto& difference : analysis.against->differences) {
    if (difference.verdict != RecordedDifference::Verdict::worse) continue;
    worse = true;
    const std::string leader = leader_of(analysis, difference);
    const auto known = told.find({difference.variant, leader});
    if (!leader.empty() && known != told.end()) {
      std::get<finding::WorseThanBaseline>(findings[known->second]).along.push_back(difference);
      continue;
    }
    if (!leader.empty()) told[{difference.variant, leader}] = findings.size();
    findings.emplace_back(finding::WorseThanBaseline{difference, {}});
  }
  if (!worse && !analysis.against->differences.empty())
    findings.emplace_back(finding::NotWorseThanBaseline{analysis.against->source});
}

template <typename Kind>
void add(const finding::Against& against, std::vector<Finding>& findings) {
  findings.emplace_back(Kind{against});
}

}  // namespace

void find_against_known(const Analysis& analysis, std::vector<Finding>& findings) {
  if (analysis.against) find_worse_than_baseline(analysis, findings);
  for (const auto& control : analysis.controls) {
    if (!control.held)
      findings.emplace_back(
          finding::ControlFailed{control.run.name, control.metric, control.expected, control.actual});
  }
}

void find_against_reference(const Analysis& analysis, const VariantAnalysis& variant,
                            std::vector<Finding>& findings) {
  const auto* comparison = analysis.main_comparison(variant.name);
  const Standing standing =
      comparison == nullptr ? Standing::not_compared : standing_of(analysis, *comparison);
  // Of a run that was cut short nothing is to be concluded.
  if (standing == Standing::not_compared) return;
  const auto& reference = *analysis.variant(analysis.reference);
  const auto* metric = variant.metric(comparison->metric);
  finding::Against against;
  against.variant = variant.name;
  against.reference = reference.name;
  against.metric = comparison->metric;
  against.verdict = metric->verdict;
  against.rate_per_min = metric->growth.rate_per_min;
  against.difference = comparison->difference;
  against.minutes = variant.minutes;
  against.changes = variant.changes;
  against.prices = prices_of(variant, reference);
  against.delivery = variant.costs.delivery;
  against.same_load = variant.same_load;
  if (const auto* wire = analysis.wire(variant.name)) {
    against.inert = wire->inert;
    if (wire->inert || !wire->changes.empty())
      findings.emplace_back(finding::WireAgainst{variant.name, reference.name, reference.wire, variant.wire,
                                                 *wire, variant.changes, variant.same_load});
  }
  switch (standing) {
    case Standing::identical:
    case Standing::inert:
      return add<finding::SameAsReference>(against, findings);
    case Standing::improved:
      return add<finding::BetterThanReference>(against, findings);
    case Standing::starved:
      return add<finding::StarvedAgainstReference>(against, findings);
    case Standing::does_less:
      return add<finding::DoesLessThanReference>(against, findings);
    case Standing::worse:
      return add<finding::WorseThanReference>(against, findings);
    case Standing::inconclusive:
      return add<finding::UndecidedAgainstReference>(against, findings);
    case Standing::not_compared:
      return;
  }
}

}  // namespace leakrig
