#include "harness/analysis/check_results.h"

namespace leakrig {
namespace {

const ExpectationResult* expectation_of(const VariantAnalysis& variant, const std::string& what) {
  for (const auto& e : variant.expectations) {
    if (e.what == what) return &e;
  }
  return nullptr;
}

CheckState state_of(bool held, bool undecided) {
  return held ? CheckState::passed : undecided ? CheckState::undecided : CheckState::failed;
}

CheckState state_of(AuditVerdict verdict) {
  switch (verdict) {
    case AuditVerdict::leak:
    case AuditVerdict::does_not_recover:
      return CheckState::failed;
    case AuditVerdict::failed:
      return CheckState::broken;
    case AuditVerdict::undecided:
    case AuditVerdict::not_met:
      return CheckState::undecided;
    case AuditVerdict::clean:
      break;
  }
  return CheckState::passed;
}

/// Where stands what grew, of one kind of groups or of all.
std::vector<SourcePlace> places_of(const VariantAnalysis& variant, const std::optional<std::string>& metric) {
  std::vector<SourcePlace> places;
  for (const auto& row : variant.attribution) {
    if (row.growth > 0 && !row.file.empty() && (!metric || metric_of_group(row.kind) == *metric))
      places.push_back({row.function, row.file, row.line});
  }
  return places;
}

checked::Metric grown(const MetricAnalysis& metric, CheckState state) {
  checked::Metric about;
  about.growing = growing(metric);
  about.reasons = metric.growth.reasons;
  if (state == CheckState::undecided) about.minutes_to_decide = metric.growth.minutes_to_decide;
  return about;
}

/// What stands behind a metric: the leak that it leads, or is told with.
void add_leak(const VariantAnalysis& variant, const std::vector<finding::Leak>& leaks, checked::Metric& about,
              CheckResult& check) {
  const std::string& metric = about.growing.metric;
  for (const auto& leak : leaks) {
    if (about.leak || !is_part_of(leak, metric)) continue;
    about.leak = leak;
    if (leak.lead.metric != metric) check.part_of = leak.lead.metric;
  }
  if (check.part_of.empty()) check.places = places_of(variant, metric);
}

CheckResult metric_check(const VariantAnalysis& variant, const MetricAnalysis& metric,
                         const std::vector<finding::Leak>& leaks) {
  CheckResult check{variant.name, metric.name};
  const bool undecided = metric.verdict == MetricVerdict::inconclusive;
  const std::string stable = to_string(MetricVerdict::stable);
  std::string expected;
  if (const auto* e = expectation_of(variant, metric.name)) {
    check.state = state_of(e->held, undecided);
    if (const auto* word = std::get_if<std::string>(&e->expected)) expected = *word;
  } else if (metric.judged && expectation_of(variant, "verdict") != nullptr) {
    check.state = state_of(metric.verdict == MetricVerdict::stable, undecided);
    if (metric.verdict != MetricVerdict::stable) expected = stable;
  }
  checked::Metric about = grown(metric, check.state);
  about.expected = expected;
  if (check.state != CheckState::passed || metric.verdict == MetricVerdict::leak)
    add_leak(variant, leaks, about, check);
  else
    about.reasons.clear();
  check.about = std::move(about);
  return check;
}

CheckResult stated_check(const Analysis& analysis, const VariantAnalysis& variant, const ExpectationResult& e) {
  checked::Stated about{e, std::nullopt, std::nullopt};
  const auto* comparison = analysis.main_comparison(variant.name);
  if (e.what == "versus_reference" && comparison != nullptr) about.difference = comparison->difference;
  if (e.what == "lines_lost") about.delivery = variant.costs.delivery;
  return {variant.name, e.what, state_of(e.held, e.is_undecided()), std::move(about)};
}

void add_variant(const Analysis& analysis, const VariantAnalysis& variant, std::vector<CheckResult>& checks) {
  checks.push_back({variant.name,
                    "run",
                    variant.outcome == Outcome::completed ? CheckState::passed : CheckState::broken,
                    checked::Run{variant.outcome, variant.detail, variant.verdict, variant.costs.delivery},
                    {},
                    {},
                    variant.wall_s});
  const auto leaks = leaks_of(variant);
  for (const auto* metric : variant.by_importance()) checks.push_back(metric_check(variant, *metric, leaks));
  for (const auto& e : variant.expectations) {
    if (e.what == "verdict" || e.what == "recorded_baseline" || variant.metric(e.what) != nullptr) continue;
    checks.push_back(stated_check(analysis, variant, e));
  }
}

CheckResult baseline_check(const Analysis& analysis, const RecordedDifference& difference) {
  CheckResult check{difference.variant, difference.what};
  if (difference.verdict == RecordedDifference::Verdict::worse) check.state = CheckState::failed;
  if (difference.verdict == RecordedDifference::Verdict::undecided) check.state = CheckState::undecided;
  checked::Baseline about{difference, std::nullopt};
  const auto* variant = analysis.variant(difference.variant);
  const auto* metric = variant == nullptr ? nullptr : variant->metric(difference.metric);
  if (metric != nullptr && check.state != CheckState::passed) {
    checked::Metric now = grown(*metric, check.state);
    add_leak(*variant, leaks_of(*variant), now, check);
    if (difference.of == RecordedDifference::Of::group) {
      // It is what its metric's growth is made of: told of there.
      if (check.part_of.empty()) check.part_of = metric->name;
      check.places.clear();
    } else {
      about.metric = std::move(now);
    }
  }
  check.about = std::move(about);
  return check;
}

void add_stimuli(const Analysis& analysis, std::vector<CheckResult>& checks) {
  for (const auto& row : analysis.audit->rows) {
    CheckResult check{row.family, row.stimulus, state_of(row.verdict), checked::Stimulus{row}, {}, {}, row.wall_s};
    const auto* variant = analysis.variant(row.stimulus);
    if (variant != nullptr && row.verdict == AuditVerdict::leak) check.places = places_of(*variant, std::nullopt);
    checks.push_back(std::move(check));
  }
}

}  // namespace

std::vector<CheckResult> check_results(const Analysis& analysis) {
  std::vector<CheckResult> checks;
  if (analysis.audit) {
    add_stimuli(analysis, checks);
    return checks;
  }
  for (const auto& variant : analysis.variants) add_variant(analysis, variant, checks);
  if (analysis.against) {
    for (const auto& difference : analysis.against->differences)
      checks.push_back(baseline_check(analysis, difference));
  }
  for (const auto& control : analysis.controls) {
    checks.push_back({control.run.name, control.metric, control.held ? CheckState::passed : CheckState::broken,
                      checked::Control{control.expected, control.actual}});
  }
  return checks;
}

}  // namespace leakrig
