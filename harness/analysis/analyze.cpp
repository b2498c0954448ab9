#include <algorithm>

#include "harness/analysis/analysis.h"
#include "harness/analysis/attribution.h"
#include "harness/analysis/expectations.h"
#include "harness/analysis/ledger_view.h"
#include "harness/analysis/metrics.h"

namespace leakrig {
namespace {

using nlohmann::json;

json variant_document(const json& scenario, const std::string& variant) {
  json document = scenario;
  if (scenario.contains("variants") && scenario.at("variants").contains(variant)) {
    document.merge_patch(scenario.at("variants").at(variant));
  }
  return document;
}

std::vector<std::string> expected_metrics(const json& scenario, const std::string& variant) {
  std::vector<std::string> names;
  const json expect = scenario.value("expect", json::object());
  const json of_variant = expect.value(variant, json::object());
  for (const auto& [key, unused] : of_variant.items()) names.push_back(key);
  return names;
}

SamplingQuality sampling_quality(const std::vector<Sample>& samples, double time_scale) {
  SamplingQuality quality;
  quality.slots = samples.size();
  for (const auto& sample : samples) {
    if (sample.missed) {
      ++quality.missed;
      continue;
    }
    quality.latest_ms = std::max(quality.latest_ms, (sample.t_s - sample.due_s) / time_scale * 1e3);
    const auto rig = [&](const char* name) {
      const auto found = sample.rig.find(name);
      return found == sample.rig.end() ? 0.0 : found->second;
    };
    quality.rig_threads = std::max(quality.rig_threads, rig("threads"));
    quality.rig_fds = std::max(quality.rig_fds, rig("fds"));
    quality.rig_cpu_s = std::max(quality.rig_cpu_s, rig("cpu_s"));
  }
  return quality;
}

Costs costs_of(const VariantRecord& record, double end_s) {
  Costs costs;
  if (!record.deliveries.empty()) costs.delivery = record.deliveries.back().delivery;
  costs.connections_per_min = connections_per_minute(record.ledger, end_s);
  costs.requests_per_min = requests_per_minute(record.ledger, end_s);
  const Sample* first = nullptr;
  const Sample* last = nullptr;
  for (const auto& sample : record.samples) {
    if (sample.due_s < 0 || !sample.values.contains(metric::kCpuSeconds)) continue;
    if (first == nullptr) first = &sample;
    last = &sample;
  }
  if (first != nullptr && costs.delivery && costs.delivery->lines_delivered > 0) {
    costs.cpu_s_per_1000_lines =
        (last->values.at(metric::kCpuSeconds) - first->values.at(metric::kCpuSeconds)) /
        (static_cast<double>(costs.delivery->lines_delivered) / 1000);
  }
  return costs;
}

VariantAnalysis analyze_variant(const json& scenario, const VariantRecord& record) {
  const json document = variant_document(scenario, record.name);
  VariantAnalysis result;
  result.name = record.name;
  result.outcome = record.outcome;
  result.detail = record.detail;
  const double end_s = record.samples.empty() ? 0 : std::max(0.0, record.samples.back().t_s);
  result.minutes = end_s / 60;
  result.costs = costs_of(record, end_s);
  const bool lines_lost = result.costs.delivery && result.costs.delivery->lines_lost > 0;
  result.metrics = analyze_metrics(record, analysis_options(document),
                                   expected_metrics(scenario, record.name), lines_lost);
  result.attribution = attribute_growth(record.samples, result.metrics);
  result.orphans = find_orphans(record.ledger, end_s);
  result.two_sided = join_both_sides(result.metrics, result.attribution, result.orphans);
  const double time_scale = document.value(json::json_pointer{"/sampling/time_scale"}, 60.0);
  result.sampling = sampling_quality(record.samples, time_scale);
  return result;
}

std::vector<ComparisonAnalysis> compare_with_baseline(const Analysis& analysis) {
  std::vector<ComparisonAnalysis> comparisons;
  const VariantAnalysis* baseline = analysis.variant(analysis.baseline);
  if (baseline == nullptr) return comparisons;
  for (const auto& variant : analysis.variants) {
    if (variant.name == baseline->name) continue;
    for (const auto& metric : variant.metrics) {
      const auto* before = baseline->metric(metric.name);
      if (before == nullptr || !metric.judged) continue;
      comparisons.push_back({baseline->name, variant.name, metric.name,
                             stats::compare_rates(before->growth, metric.growth, metric.tolerance_per_min)});
    }
  }
  return comparisons;
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
  return (*growth.plateau_level - baseline) / *growth.plateau_from_minutes;
}

const MetricAnalysis* VariantAnalysis::metric(const std::string& metric_name) const {
  const auto found =
      std::find_if(metrics.begin(), metrics.end(), [&](const auto& m) { return m.name == metric_name; });
  return found == metrics.end() ? nullptr : &*found;
}

const VariantAnalysis* Analysis::variant(const std::string& name) const {
  const auto found =
      std::find_if(variants.begin(), variants.end(), [&](const auto& v) { return v.name == name; });
  return found == variants.end() ? nullptr : &*found;
}

const ComparisonAnalysis* Analysis::comparison(const std::string& variant, const std::string& metric) const {
  const auto found = std::find_if(comparisons.begin(), comparisons.end(),
                                  [&](const auto& c) { return c.variant == variant && c.metric == metric; });
  return found == comparisons.end() ? nullptr : &*found;
}

Analysis analyze(const RunRecord& record) {
  Analysis analysis;
  analysis.scenario = record.scenario;
  analysis.environment = record.environment;
  const AnalysisOptions options = analysis_options(record.scenario);
  analysis.tolerance_per_min = options.tolerance_per_min;
  analysis.confidence = options.confidence;
  for (const auto& variant : record.variants)
    analysis.variants.push_back(analyze_variant(record.scenario, variant));
  if (!analysis.variants.empty()) {
    analysis.baseline = record.scenario.value("baseline", analysis.variants.front().name);
  }
  analysis.comparisons = compare_with_baseline(analysis);
  judge(analysis);
  return analysis;
}

}  // namespace leakrig
