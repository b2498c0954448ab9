#include "harness/analysis/lead.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "harness/core/metrics.h"

namespace leakrig {
namespace {

/// Of the highest growth: what grows at least so fast may lead by its rank.
constexpr double kNearTheHighest = 0.5;

double in_tolerances(const MetricAnalysis& metric) {
  constexpr double kLeast = 1e-9;  // a tolerance of nothing
  return metric.growth.rate_per_min / std::max(metric.tolerance_per_min, kLeast);
}

int rank_of(const MetricAnalysis& metric) {
  return metric_info(metric.name).rank;
}

bool is_worse(const VariantAnalysis& a, const VariantAnalysis& b, const std::string& reference) {
  const auto place = [&](const VariantAnalysis& v) {
    return std::tuple{!v.passed, severity_of(v.verdict), v.name == reference};
  };
  return place(a) > place(b);
}

}  // namespace

int severity_of(MetricVerdict verdict) {
  switch (verdict) {
    case MetricVerdict::leak:
      return 3;
    case MetricVerdict::capped:
      return 2;
    case MetricVerdict::inconclusive:
      return 1;
    case MetricVerdict::stable:
      break;
  }
  return 0;
}

MetricVerdict verdict_named(std::string_view name) {
  for (const auto verdict : {MetricVerdict::leak, MetricVerdict::stable, MetricVerdict::capped}) {
    if (name == to_string(verdict)) return verdict;
  }
  return MetricVerdict::inconclusive;
}

std::string choose_lead(const VariantAnalysis& variant) {
  std::vector<const MetricAnalysis*> worst;
  for (const auto& metric : variant.metrics) {
    if (!metric.judged) continue;
    if (!worst.empty() && severity_of(metric.verdict) > severity_of(worst.front()->verdict)) worst.clear();
    if (worst.empty() || metric.verdict == worst.front()->verdict) worst.push_back(&metric);
  }
  if (worst.empty()) return variant.metrics.empty() ? "" : variant.metrics.front().name;
  std::stable_sort(worst.begin(), worst.end(),
                   [](const auto* a, const auto* b) { return rank_of(*a) < rank_of(*b); });
  if (worst.front()->verdict == MetricVerdict::stable) {
    const auto backlog =
        std::find_if(worst.begin(), worst.end(), [](const auto* metric) { return metric->is_backlog(); });
    return (backlog == worst.end() ? worst.front() : *backlog)->name;
  }
  double highest = 0;
  for (const auto* metric : worst) highest = std::max(highest, in_tolerances(*metric));
  const auto lead = std::find_if(worst.begin(), worst.end(), [&](const auto* metric) {
    return in_tolerances(*metric) >= kNearTheHighest * highest;
  });
  return (lead == worst.end() ? worst.front() : *lead)->name;
}

std::vector<const MetricAnalysis*> VariantAnalysis::by_importance() const {
  std::vector<const MetricAnalysis*> order;
  for (const auto& each : metrics) order.push_back(&each);
  const auto place = [&](const MetricAnalysis* each) {
    return std::tuple{each->name != lead_metric, !each->judged, -severity_of(each->verdict), rank_of(*each)};
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto* a, const auto* b) { return place(a) < place(b); });
  return order;
}

Analysis::Schedule Analysis::schedule() const {
  Schedule schedule;
  for (const auto& variant : variants) {
    schedule.missed += variant.sampling.missed;
    schedule.latest_ms = std::max(schedule.latest_ms, variant.sampling.latest_ms);
  }
  return schedule;
}

const VariantAnalysis* Analysis::worst_variant() const {
  const VariantAnalysis* worst = nullptr;
  for (const auto& each : variants) {
    if (each.lead() != nullptr && (worst == nullptr || is_worse(each, *worst, reference))) worst = &each;
  }
  return worst;
}

std::string Analysis::lead_metric() const {
  const auto* worst = worst_variant();
  return worst == nullptr ? "" : worst->lead_metric;
}

const ComparisonAnalysis* Analysis::main_comparison(const std::string& name) const {
  const auto* of_variant = variant(name);
  const auto* of_reference = variant(reference);
  if (of_variant == nullptr || of_reference == nullptr) return nullptr;
  const auto* own = comparison(name, of_variant->lead_metric);
  if (own != nullptr && of_variant->verdict != MetricVerdict::stable &&
      own->difference.verdict == stats::Comparison::worse) {
    return own;
  }
  const auto* theirs = comparison(name, of_reference->lead_metric);
  return theirs == nullptr ? own : theirs;
}

}  // namespace leakrig
