#include <algorithm>

#include "harness/analysis/findings.h"

namespace leakrig {
namespace {

/// A subject that used less of a CPU than this did nothing but exist. It must besides have been asked
/// nothing, and no count of it may have moved: a server that answers a hundred cheap requests may use less
/// than a tick.
constexpr double kIdleShareOfCpu = 0.0005;
/// The kernel counts CPU time in ticks of a hundredth of a second.
constexpr double kTick_s = 0.01;

bool is_idle(const SubjectActivity& activity) {
  if (!activity.cpu_s || activity.requests > 0 || activity.counts_moved) return false;
  return *activity.cpu_s <= std::max(kTick_s, kIdleShareOfCpu * activity.wall_s);
}

/// What grows and counts towards no verdict. Of a variant that leaks it belongs to the leak.
void find_unjudged(const VariantAnalysis& variant, std::vector<Finding>& findings) {
  if (variant.verdict == MetricVerdict::leak) return;
  finding::GrewUnjudged grew{variant.name, variant.minutes, {}};
  for (const auto* metric : variant.by_importance()) {
    if (!metric->judged && metric->verdict == MetricVerdict::leak) grew.metrics.push_back(growing(*metric));
  }
  if (!grew.metrics.empty()) findings.emplace_back(std::move(grew));
}

}  // namespace

void find_never_reached(const VariantAnalysis& variant, std::vector<Finding>& findings) {
  if (!variant.collects || variant.outcome != Outcome::completed) return;
  if (variant.activity.docker_unasked) findings.emplace_back(finding::NeverReached{variant.name, true, variant.detail});
  const auto& delivery = variant.costs.delivery;
  if (variant.activity.sink_unasked && delivery && delivery->lines_written > 0)
    findings.emplace_back(finding::NeverReached{variant.name, false, variant.detail});
}

void find_missing_evidence(const VariantAnalysis& variant, std::vector<Finding>& findings) {
  if (variant.lead() == nullptr) return;
  find_unjudged(variant, findings);
  const SubjectActivity& activity = variant.activity;
  if (activity.uncounted_children > 0)
    findings.emplace_back(finding::ChildrenUncounted{variant.name, activity.uncounted_children});
  // One that is meant to collect nothing is a control for one that does.
  if (variant.collects && is_idle(activity))
    findings.emplace_back(finding::SubjectIdle{variant.name, *activity.cpu_s, variant.minutes});
  for (const auto& silent : activity.silent)
    findings.emplace_back(finding::ProbeSilent{variant.name, silent.metric, silent.since_min});
}

}  // namespace leakrig
