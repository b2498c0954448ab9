#include "harness/analysis/isolation.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/analysis/cost_catalogue.h"
#include "harness/analysis/costs.h"

namespace leakrig {
namespace {

constexpr double kNormal = 1.644854;  // two-sided 90 %
/// Of a cost: below half of it a switch has done away with it, within a tenth it is the same.
constexpr double kDoneAway = 0.5;
constexpr double kSame = 0.1;

/// Those that are counts of events a minute.
bool is_cost(const std::string& target) {
  return cost_info(target) != nullptr && target.ends_with("_per_min");
}

double cost_of(const VariantAnalysis& variant, const std::string& target) {
  return cost_info(target)->value(variant.costs).value_or(0);
}

TargetChange cost_change(const VariantAnalysis& reference, const VariantAnalysis& variant,
                         const std::string& target) {
  TargetChange change{target, cost_of(reference, target), cost_of(variant, target)};
  change.difference = change.after - change.before;
  // Var(count / t) = rate / t for a Poisson count.
  const auto variance = [](double rate, double minutes) { return minutes > 0 ? rate / minutes : 0; };
  const double reach = kNormal * std::sqrt(variance(change.before, reference.minutes) +
                                           variance(change.after, variant.minutes));
  change.ci_low = change.difference - reach;
  change.ci_high = change.difference + reach;
  const double before = change.before;
  if (change.ci_high < -(1 - kDoneAway) * before) {
    change.effect = Effect::effective;
  } else if (change.ci_high < -kSame * before) {
    change.effect = Effect::partial;
  } else if (change.ci_low > kSame * before) {
    change.effect = Effect::harmful;
  } else if (change.ci_low >= -kSame * before && change.ci_high <= kSame * before) {
    change.effect = Effect::ineffective;
  }
  return change;
}

TargetChange growth_change(const Analysis& analysis, const VariantAnalysis& variant,
                           const std::string& target, bool removes_work) {
  TargetChange change{target};
  const auto* before = analysis.variant(analysis.reference)->metric(target);
  const auto* after = variant.metric(target);
  if (after == nullptr) return change;
  change.before = before->growth.rate_per_min;
  change.after = after->growth.rate_per_min;
  const auto difference = stats::compare_rates(before->growth, after->growth, after->tolerance_per_min);
  change.difference = difference.difference_per_min;
  change.ci_low = difference.ci_low;
  change.ci_high = difference.ci_high;
  const bool starved = after->verdict == MetricVerdict::capped && !removes_work;
  if (starved || difference.verdict == stats::Comparison::worse) {
    change.effect = Effect::harmful;
  } else if (after->growth.verdict == stats::Verdict::stable) {
    change.effect = Effect::effective;
  } else if (difference.verdict == stats::Comparison::identical) {
    change.effect = Effect::ineffective;
  } else if (difference.verdict == stats::Comparison::improved && after->verdict == MetricVerdict::leak) {
    change.effect = Effect::partial;
  }
  return change;
}

/// Of all targets together.
Effect overall(const std::vector<TargetChange>& changes) {
  const auto any = [&](Effect effect) {
    return std::any_of(changes.begin(), changes.end(),
                       [&](const auto& change) { return change.effect == effect; });
  };
  if (any(Effect::harmful)) return Effect::harmful;
  if (any(Effect::open)) return Effect::open;
  if (any(Effect::partial)) return Effect::partial;
  if (!any(Effect::effective)) return Effect::ineffective;
  return any(Effect::ineffective) ? Effect::partial : Effect::effective;
}

/// A metric that grows with the switch and did not before.
const MetricAnalysis* grows_instead(const Analysis& analysis, const VariantAnalysis& variant) {
  for (const auto& metric : variant.metrics) {
    const auto* before = analysis.variant(analysis.reference)->metric(metric.name);
    if (metric.judged && metric.verdict == MetricVerdict::leak && before != nullptr &&
        before->verdict == MetricVerdict::stable) {
      return &metric;
    }
  }
  return nullptr;
}

/// Whether the variant, with the scenario that it patches, is meant to collect anything.
bool collects(const Analysis& analysis, const std::string& variant) {
  const auto* stated = analysis.scenario.variant(variant);
  return stated == nullptr ? analysis.scenario.subject.collects : stated->subject.collects;
}

SwitchFinding examine(const Analysis& analysis, const VariantAnalysis& variant,
                      const std::vector<std::string>& targets, bool removes_work) {
  SwitchFinding finding;
  finding.name = variant.name;
  if (variant.outcome != Outcome::completed) {
    finding.effect = Effect::failed;
    finding.failure = variant.detail;
    return finding;
  }
  const auto& reference = *analysis.variant(analysis.reference);
  finding.lost_share = lost_share(variant.costs);
  for (const auto& target : targets) {
    finding.changes.push_back(is_cost(target) ? cost_change(reference, variant, target)
                                              : growth_change(analysis, variant, target, removes_work));
    if (const auto* metric = variant.metric(target); metric != nullptr && metric->growth.minutes_to_decide) {
      finding.minutes_to_decide =
          std::max(finding.minutes_to_decide.value_or(0), *metric->growth.minutes_to_decide);
    }
  }
  finding.effect = overall(finding.changes);
  const auto* wire = analysis.wire(variant.name);
  finding.wire_was_seen = talks_to_servers(reference.wire) && talks_to_servers(variant.wire);
  if (finding.effect == Effect::ineffective && wire != nullptr && wire->inert) finding.effect = Effect::inert;
  if (const auto* instead = grows_instead(analysis, variant)) {
    finding.effect = Effect::harmful;
    finding.grows_instead = instead->name;
    finding.grows_instead_per_min = instead->growth.rate_per_min;
  } else if (!removes_work && starves(variant.costs, reference.costs)) {
    finding.effect = Effect::harmful;
    finding.starves = true;
  }
  return finding;
}

}  // namespace

const char* to_string(Effect effect) {
  switch (effect) {
    case Effect::effective:
      return "effective";
    case Effect::partial:
      return "partial";
    case Effect::ineffective:
      return "ineffective";
    case Effect::inert:
      return "inert";
    case Effect::harmful:
      return "harmful";
    case Effect::open:
      return "open";
    case Effect::failed:
      break;
  }
  return "failed";
}

std::vector<std::string> isolation_targets(const Analysis& analysis,
                                           const std::vector<Expectation>& expected_of_reference) {
  std::vector<std::string> targets;
  const auto* reference = analysis.variant(analysis.reference);
  if (reference == nullptr) return targets;
  for (const auto& metric : reference->metrics) {
    if (metric.judged && metric.verdict == MetricVerdict::leak) targets.push_back(metric.name);
  }
  if (!targets.empty()) return targets;
  for (const auto& expected : expected_of_reference) {
    if (is_cost(expected.what) && expected.bounds.at_least) targets.push_back(expected.what);
  }
  return targets;
}

std::vector<SwitchFinding> examine_switches(const Analysis& analysis, const std::vector<std::string>& targets,
                                            const std::vector<std::string>& removes_work) {
  std::vector<SwitchFinding> findings;
  if (analysis.variant(analysis.reference) == nullptr) return findings;
  for (const auto& variant : analysis.variants) {
    if (variant.name == analysis.reference) continue;
    const bool expected_loss =
        std::find(removes_work.begin(), removes_work.end(), variant.name) != removes_work.end() ||
        !collects(analysis, variant.name);
    findings.push_back(examine(analysis, variant, targets, expected_loss));
  }
  return findings;
}

const SwitchFinding* Isolation::find(const std::string& name) const {
  for (const auto* list : {&switches, &combinations}) {
    const auto found =
        std::find_if(list->begin(), list->end(), [&](const auto& s) { return s.name == name; });
    if (found != list->end()) return &*found;
  }
  return nullptr;
}

std::string name_cause(const std::vector<SwitchFinding>& findings) {
  const auto found = std::find_if(findings.begin(), findings.end(), [](const SwitchFinding& finding) {
    return finding.effect == Effect::effective;
  });
  return found == findings.end() ? "" : found->name;
}

nlohmann::json isolation_json(const Isolation& isolation) {
  const auto list = [](const std::vector<SwitchFinding>& findings) {
    auto array = nlohmann::json::array();
    for (const auto& finding : findings) {
      auto changes = nlohmann::json::array();
      for (const auto& change : finding.changes) {
        changes.push_back({{"target", change.target},
                           {"before_per_min", change.before},
                           {"after_per_min", change.after},
                           {"difference_per_min", change.difference},
                           {"ci", {change.ci_low, change.ci_high}},
                           {"effect", to_string(change.effect)}});
      }
      array.push_back({{"name", finding.name},
                       {"kind", finding.kind},
                       {"about", finding.about},
                       {"blames", finding.blames},
                       {"effect", to_string(finding.effect)},
                       {"changes", changes},
                       {"lost_share", finding.lost_share},
                       {"grows_instead", finding.grows_instead},
                       {"starves", finding.starves},
                       {"wire_was_seen", finding.wire_was_seen},
                       {"failure", finding.failure}});
    }
    return array;
  };
  return {{"schema", "leakrig/isolation/1"},
          {"scenario", isolation.scenario},
          {"reference", isolation.reference},
          {"baseline", isolation.reference},  // as it was called before
          {"targets", isolation.targets},
          {"cause", isolation.cause.empty() ? nlohmann::json(nullptr) : nlohmann::json(isolation.cause)},
          {"switches", list(isolation.switches)},
          {"combinations", list(isolation.combinations)},
          {"next", isolation.next},
          {"environment", to_json(isolation.environment)}};
}

}  // namespace leakrig
