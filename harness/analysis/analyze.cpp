#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/analysis/activity.h"
#include "harness/analysis/analysis.h"
#include "harness/analysis/attribution.h"
#include "harness/analysis/configuration.h"
#include "harness/analysis/costs.h"
#include "harness/analysis/drain.h"
#include "harness/analysis/expectations.h"
#include "harness/analysis/idle_timeline.h"
#include "harness/analysis/lead.h"
#include "harness/analysis/leading_evidence.h"
#include "harness/analysis/ledger_view.h"
#include "harness/analysis/metrics.h"
#include "harness/analysis/subject_tree.h"
#include "harness/analysis/wire_comparison.h"
#include "harness/core/control.h"
#include "harness/core/run_record.h"
#include "harness/spec/load_scenario.h"
#include "harness/stats/sequential.h"

namespace leakrig {
namespace {

/// Readings of a metric that a chart of this size can show.
constexpr std::size_t kMostPlotted = 400;

/// The variant of a record; of one that its scenario does not name, such as a watch's, the scenario as it
/// stands.
Variant variant_of(const ScenarioSpec& scenario, const std::string& name) {
  if (const auto* variant = scenario.variant(name)) return *variant;
  Variant as_stated;
  static_cast<Setup&>(as_stated) = scenario;
  as_stated.name = name;
  return as_stated;
}

std::vector<std::string> expected_metrics(const ScenarioSpec& scenario, const Variant& variant) {
  std::vector<std::string> names;
  for (const auto& expected : variant.expect) names.push_back(expected.what);
  for (const auto& name : scenario.analysis.also_judge) names.push_back(name);
  return names;
}

/// What the scenario's probes are to read, besides the process itself.
std::vector<std::string> asked_metrics(const ProbesSpec& probes) {
  std::vector<std::string> names;
  if (!probes.pprof.empty()) names.emplace_back(metric::kGoroutines);
  if (probes.metrics) {
    for (const auto& [what, name] : probes.metrics->read) names.push_back(name);
  }
  return names;
}

/// Whether a command is told of a server that has no line in the ledger.
void find_unasked(const SubjectSpec& subject, const VariantRecord& record, SubjectActivity& activity) {
  if (subject.command() == nullptr) return;
  const auto asked = [&](const char* server) {
    return std::any_of(record.ledger.begin(), record.ledger.end(),
                       [&](const LedgerEntry& entry) { return entry.server == server; });
  };
  activity.docker_unasked = subject.asks_for_docker() && !asked("docker");
  activity.sink_unasked = subject.asks_for_sink() && !asked("loki");
}

/// Readings after the look that ended the run were taken while it was being judged: they do not count.
void cut_at_look(VariantRecord& record) {
  if (record.look)
    std::erase_if(record.samples, [&](const Sample& sample) { return sample.due_s > record.look->t_s; });
  for (auto& further : record.further) cut_at_look(further);
}

double end_of(const VariantRecord& record) {
  return record.samples.empty() ? 0 : std::max(0.0, record.samples.back().t_s);
}

std::vector<const VariantRecord*> replicates_of(const VariantRecord& record) {
  std::vector<const VariantRecord*> replicates{&record};
  for (const auto& further : record.further) replicates.push_back(&further);
  return replicates;
}

/// The first end that is not a completed one, with the replicate it was.
void take_outcome(const std::vector<const VariantRecord*>& replicates, VariantAnalysis& result) {
  result.outcome = replicates.front()->outcome;
  result.detail = replicates.front()->detail;
  for (std::size_t i = 1; i < replicates.size() && result.outcome == Outcome::completed; ++i) {
    if (replicates[i]->outcome == Outcome::completed) continue;
    result.outcome = replicates[i]->outcome;
    result.detail = "replicate " + std::to_string(i + 1) + ": " + replicates[i]->detail;
  }
}

/// `as`: the variant whose sampling and expected metrics count; a control's is the reference.
VariantAnalysis analyze_variant(const ScenarioSpec& scenario, const VariantRecord& record,
                                const std::string& as) {
  const Variant variant = variant_of(scenario, as);
  AnalysisOptions options = analysis_options(variant);
  const double time_scale = variant.sampling.time_scale;
  const auto replicates = replicates_of(record);
  const bool collects = variant.subject.is_meant_to_collect();
  VariantAnalysis result;
  result.name = record.name;
  result.replicates = replicates.size();
  take_outcome(replicates, result);
  result.minutes = end_of(record) / 60;

  std::vector<Costs> costs;
  std::vector<SamplingQuality> qualities;
  result.connections = take_census(record.ledger, end_of(record));
  options.leaks_by_clock = grows_by_clock(result.connections);
  std::vector<std::vector<MetricAnalysis>> metrics;
  for (const auto* replicate : replicates) {
    result.wall_s += replicate->wall_s;
    costs.push_back(costs_of(*replicate, end_of(*replicate)));
    qualities.push_back(sampling_quality(replicate->samples, time_scale));
    options.look = replicate->look;
    const bool lost = collects && costs.back().delivery && costs.back().delivery->lines_lost > 0;
    metrics.push_back(analyze_metrics(*replicate, options, expected_metrics(scenario, variant), lost));
  }
  options.look.reset();
  result.costs = combine_costs(costs);
  result.sampling = combine_quality(qualities);
  const bool lines_lost = collects && result.costs.delivery && result.costs.delivery->lines_lost > 0;
  result.metrics = combine_replicates(metrics, options, lines_lost);
  judge_drain(replicates, result.metrics);
  result.attribution = attribute_growth(record.samples, result.metrics);
  result.orphans = find_orphans(record.ledger, end_of(record));
  result.timeline = orphan_timeline(record.ledger, end_of(record));
  for (auto& metric : result.metrics)
    metric.plot = thinned(plot_points(record.samples, metric.name), kMostPlotted);
  result.two_sided = join_both_sides(result.metrics, result.attribution, result.orphans);
  result.wire = read_wire(record.ledger, end_of(record));
  result.connection_evidence = join_connections(result.metrics, result.attribution, result.connections);
  result.activity = activity_of(record, asked_metrics(variant.subject.probes), time_scale);
  find_unasked(variant.subject, record, result.activity);
  result.tree = tree_of_subject(record.samples);
  if (const auto* own = scenario.variant(record.name)) result.changes = own->changes;
  result.same_load = is_same_load(result.changes);
  result.collects = collects;
  result.lead_metric = choose_lead(result);
  lead_with_evidence(record.samples, result);
  result.idle_timeline = idle_timeline(record.ledger, result.connection_evidence, end_of(record));
  return result;
}

std::vector<ComparisonAnalysis> compare_with_reference(const Analysis& analysis) {
  std::vector<ComparisonAnalysis> comparisons;
  const VariantAnalysis* reference = analysis.variant(analysis.reference);
  if (reference == nullptr) return comparisons;
  for (const auto& variant : analysis.variants) {
    if (variant.name == reference->name) continue;
    for (const auto& metric : variant.metrics) {
      const auto* before = reference->metric(metric.name);
      if (before == nullptr || !metric.judged) continue;
      comparisons.push_back({reference->name, variant.name, metric.name,
                             stats::compare_rates(before->growth, metric.growth, metric.tolerance_per_min)});
    }
  }
  return comparisons;
}

/// A variant that is flat where the reference leaks, and loses lines that the reference does not, has not
/// stopped the leak but the work that leaks.
void mark_starved(Analysis& analysis) {
  const VariantAnalysis* reference = analysis.variant(analysis.reference);
  if (reference == nullptr) return;
  for (auto& variant : analysis.variants) {
    if (!starves(variant.costs, reference->costs) ||
        !variant.collects) {
      continue;
    }
    for (auto& metric : variant.metrics) {
      const auto* before = reference->metric(metric.name);
      if (metric.verdict == MetricVerdict::stable && before != nullptr &&
          before->verdict == MetricVerdict::leak)
        metric.verdict = MetricVerdict::capped;
    }
    variant.lead_metric = choose_lead(variant);
  }
}

/// A variant in which nothing grows leads with what leaks in the reference: that it does not is the news.
void lead_with_the_references(Analysis& analysis) {
  const VariantAnalysis* reference = analysis.variant(analysis.reference);
  const auto* leaking = reference == nullptr ? nullptr : reference->lead();
  if (leaking == nullptr || leaking->verdict != MetricVerdict::leak) return;
  for (auto& variant : analysis.variants) {
    const auto* same = variant.metric(leaking->name);
    const auto* lead = variant.lead();
    if (same == nullptr || !same->judged || lead->verdict != MetricVerdict::stable || lead->is_backlog())
      continue;
    variant.lead_metric = same->name;
  }
}

ControlAnalysis analyze_control(const Analysis& analysis, const VariantRecord& record) {
  ControlAnalysis result;
  result.run = analyze_variant(analysis.scenario, record, analysis.reference);
  result.metric = metric::kThreads;
  result.expected = "leak";
  const VariantAnalysis* reference = analysis.variant(analysis.reference);
  if (record.name == control::kSameAgain) {
    result.metric = reference == nullptr ? "" : reference->lead_metric;
    result.expected = to_string(stats::Comparison::identical);
  }
  const MetricAnalysis* metric = result.run.metric(result.metric);
  if (result.run.outcome != Outcome::completed) {
    result.actual = to_string(result.run.outcome);
  } else if (metric == nullptr) {
    result.actual = "not measured";
  } else if (record.name == control::kSameAgain) {
    result.actual = to_string(stats::compare_rates(reference->metric(result.metric)->growth, metric->growth,
                                                   metric->tolerance_per_min)
                                  .verdict);
  } else {
    result.actual = to_string(metric->verdict);
  }
  result.held = result.actual == result.expected;
  return result;
}

}  // namespace

const char* to_string(MetricVerdict verdict) {
  switch (verdict) {
    case MetricVerdict::leak:
      return "leak";
    case MetricVerdict::stable:
      return "stable";
    case MetricVerdict::capped:
      return "capped";
    case MetricVerdict::inconclusive:
      break;
  }
  return "inconclusive";
}

std::optional<double> MetricAnalysis::rate_before_plateau() const {
  if (!growth.plateau_from_minutes || !growth.plateau_level || *growth.plateau_from_minutes <= 0)
    return std::nullopt;
  return (*growth.plateau_level - start) / *growth.plateau_from_minutes;
}

const MetricAnalysis* VariantAnalysis::metric(const std::string& metric_name) const {
  const auto found =
      std::find_if(metrics.begin(), metrics.end(), [&](const auto& m) { return m.name == metric_name; });
  return found == metrics.end() ? nullptr : &*found;
}

bool Analysis::controls_held() const {
  return std::all_of(controls.begin(), controls.end(), [](const auto& control) { return control.held; });
}

const VariantAnalysis* Analysis::variant(const std::string& name) const {
  const auto found =
      std::find_if(variants.begin(), variants.end(), [&](const auto& v) { return v.name == name; });
  return found == variants.end() ? nullptr : &*found;
}

const WireComparison* Analysis::wire(const std::string& variant) const {
  const auto found =
      std::find_if(wires.begin(), wires.end(), [&](const auto& w) { return w.variant == variant; });
  return found == wires.end() ? nullptr : &*found;
}

const ComparisonAnalysis* Analysis::comparison(const std::string& variant, const std::string& metric) const {
  const auto found = std::find_if(comparisons.begin(), comparisons.end(),
                                  [&](const auto& c) { return c.variant == variant && c.metric == metric; });
  return found == comparisons.end() ? nullptr : &*found;
}

bool is_sure_of_leak(const ScenarioSpec& scenario, const VariantRecord& record, const std::string& as) {
  const Variant variant = variant_of(scenario, as);
  AnalysisOptions options = analysis_options(variant);
  options.look = record.look;
  const auto metrics = analyze_metrics(record, options, expected_metrics(scenario, variant), false);
  VariantAnalysis so_far;
  so_far.metrics = metrics;
  so_far.lead_metric = choose_lead(so_far);
  const auto* lead = so_far.lead();
  // A growth that has stopped may turn out to be `capped`.
  return lead != nullptr && lead->judged && lead->verdict == MetricVerdict::leak &&
         !lead->growth.plateau_from_minutes &&
         stats::outlasts_warmup(series_of(record.samples, lead->name, Span::with_warmup),
                                growth_options(lead->name, options));
}

ScenarioSpec scenario_of(const RunRecord& record) {
  using Json = nlohmann::json;
  return read_recorded_scenario(record.scenario.dump(-1, ' ', false, Json::error_handler_t::replace),
                                run_file::kScenario);
}

Analysis analyze(RunRecord record) {
  if (is_audit(record)) {
    Analysis audit = analyze_audit(record);
    record.scenario.erase("audit");  // what was tried is no part of a scenario
    audit.scenario = scenario_of(record);
    audit.environment = environment_of(record.environment);
    return audit;
  }
  for (auto& variant : record.variants) cut_at_look(variant);
  Analysis analysis;
  analysis.scenario = scenario_of(record);
  analysis.environment = environment_of(record.environment);
  const AnalysisOptions options = analysis_options(analysis.scenario);
  analysis.tolerance_per_min = options.tolerance_per_min;
  analysis.confidence = options.confidence;
  for (const auto& variant : record.variants) {
    if (!control::is_control(variant.name))
      analysis.variants.push_back(analyze_variant(analysis.scenario, variant, variant.name));
  }
  // A record is in the order of the run; its scenario file is not.
  if (!analysis.variants.empty())
    analysis.reference =
        analysis.scenario.states_reference ? analysis.scenario.reference : analysis.variants.front().name;
  mark_starved(analysis);
  lead_with_the_references(analysis);
  analysis.comparisons = compare_with_reference(analysis);
  analysis.wires = compare_wires(analysis);
  for (const auto& variant : record.variants) {
    if (control::is_control(variant.name)) analysis.controls.push_back(analyze_control(analysis, variant));
  }
  judge(analysis);
  return analysis;
}

}  // namespace leakrig
