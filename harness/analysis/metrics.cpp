#include "harness/analysis/metrics.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "harness/analysis/assess.h"
#include "harness/core/metrics.h"
#include "harness/core/run_record.h"
#include "harness/core/start_time.h"
#include "harness/core/units.h"
#include "harness/stats/holm.h"
#include "harness/stats/sequential.h"

namespace leakrig {
namespace {

/// The metrics of a report, by rank.
std::vector<MetricInfo> metrics_in(const std::vector<Sample>& samples) {
  std::set<std::string> found;
  for (const auto& sample : samples) {
    for (const auto& [name, unused] : sample.values) found.insert(name);
  }
  std::vector<MetricInfo> metrics;
  for (const auto& name : found) {
    if (MetricInfo info = metric_info(name); info.judged != Judged::never) metrics.push_back(std::move(info));
  }
  std::stable_sort(metrics.begin(), metrics.end(),
                   [](const auto& a, const auto& b) { return a.rank < b.rank; });
  return metrics;
}

bool is_judged(const MetricInfo& metric, bool has_goroutines, const std::vector<std::string>& expected) {
  if (std::find(expected.begin(), expected.end(), metric.name) != expected.end()) return true;
  return metric.judged == Judged::always || (metric.judged == Judged::unless_goroutines && !has_goroutines);
}

}  // namespace

stats::Series series_of(const std::vector<Sample>& samples, const std::string& name, Span span) {
  stats::Series series;
  bool load_known = true;
  std::optional<double> started;
  for (const auto& sample : samples) {
    const auto value = sample.values.find(name);
    if ((span == Span::measured && sample.due_s < 0) || value == sample.values.end()) continue;
    if (!series.minutes.empty() && sample.t_s / 60 <= series.minutes.back()) continue;
    series.minutes.push_back(sample.t_s / 60);
    series.values.push_back(value->second);
    if (const auto start = sample.values.find(metric::kProcessStartTime); start != sample.values.end()) {
      // Programs that tell their start from the clock's rounding differ by less than this.
      constexpr double kSameStart = 1.5;
      if (started && std::abs(start->second - *started) > kSameStart)
        series.life_starts.push_back(series.minutes.back());
      if (!started || std::abs(start->second - *started) > kSameStart) started = start->second;
    }
    const auto load = sample.values.find(metric::kContainers);
    load_known = load_known && load != sample.values.end();
    series.containers.push_back(load == sample.values.end() ? 0 : load->second);
  }
  if (!load_known) series.containers.clear();
  return series;
}

namespace {

/// The reading of each row's slot, or the nearest within a resolution; a row without one is left out.
std::vector<stats::GrowthRow> table_of(const std::vector<Sample>& samples, const std::string& name,
                                       const AnalysisOptions& options) {
  std::vector<double> minutes;
  std::vector<double> counts;
  const double last = samples.empty() ? -1 : samples.back().due_s;
  for (int row = 0; row * options.every_s <= last + options.resolution_s / 2; ++row) {
    const double due = row * options.every_s;
    const Sample* best = nullptr;
    for (const auto& sample : samples) {
      if (!sample.values.contains(name) || std::abs(sample.due_s - due) > options.resolution_s * 1.01)
        continue;
      if (best == nullptr || std::abs(sample.due_s - due) < std::abs(best->due_s - due)) best = &sample;
    }
    if (best == nullptr && row == 0) return {};
    if (best == nullptr) continue;
    minutes.push_back(due / 60);
    counts.push_back(best->values.at(name));
  }
  return minutes.empty() ? std::vector<stats::GrowthRow>{} : stats::growth_table(minutes, counts);
}

/// The reading nearest to each step, over the whole; the steps are whole minutes where there are that many.
std::vector<stats::GrowthRow> even_table(const stats::Series& series) {
  constexpr double kMostRows = 20;
  const double start = series.minutes.front();
  const double span = series.minutes.back() - start;
  const double step = span <= 1 ? span : std::ceil(span / kMostRows);
  std::vector<double> minutes;
  std::vector<double> counts;
  std::size_t at = 0;
  for (double minute = 0; minute <= span * (1 + 1e-9); minute += step) {
    while (at + 1 < series.minutes.size() && std::abs(series.minutes[at + 1] - start - minute) <=
                                                 std::abs(series.minutes[at] - start - minute)) {
      ++at;
    }
    minutes.push_back(minute);
    counts.push_back(series.values[at]);
    if (step <= 0) break;
  }
  return stats::growth_table(minutes, counts);
}

}  // namespace

MetricVerdict verdict_of(const MetricAnalysis& metric, bool lines_lost) {
  if (metric.growth.plateau_from_minutes && lines_lost) return MetricVerdict::capped;
  switch (metric.growth.verdict) {
    case stats::Verdict::leak:
      return MetricVerdict::leak;
    case stats::Verdict::stable:
      return MetricVerdict::stable;
    case stats::Verdict::inconclusive:
      break;
  }
  return MetricVerdict::inconclusive;
}

namespace {

stats::GrowthOptions options_for(bool is_bytes, const AnalysisOptions& options) {
  stats::GrowthOptions growth;
  growth.tolerance_per_min = is_bytes ? options.memory_tolerance_per_min : options.tolerance_per_min;
  growth.confidence = options.confidence;
  growth.leaks_by_clock = options.leaks_by_clock && !is_bytes;
  growth.per = options.per;
  if (is_bytes) {
    growth.leaked_unit = 0;  // memory has no unit that leaks
    growth.in_bytes = true;
    growth.collected_heap = true;
  }
  if (!options.look) return growth;
  const auto& [look, looks, unused, first] = *options.look;
  return looks == 0 ? stats::at_open_look(growth, look) : stats::at_look(growth, look, looks, first);
}

}  // namespace

stats::GrowthOptions growth_options(const std::string& metric, const AnalysisOptions& options) {
  return options_for(metric_info(metric).is_bytes(), options);
}

AnalysisOptions analysis_options(const Setup& setup) {
  AnalysisOptions options;
  options.tolerance_per_min = setup.analysis.tolerance_per_min.value_or(options.tolerance_per_min);
  options.memory_tolerance_per_min =
      setup.analysis.memory_tolerance_per_min.value_or(options.memory_tolerance_per_min);
  options.confidence = setup.analysis.confidence;
  options.every_s = to_seconds(setup.sampling.every);
  options.resolution_s = to_seconds(setup.sampling.resolution);
  return options;
}

MetricAnalysis assess_metric(const std::string& name, const stats::Series& series,
                             const AnalysisOptions& options) {
  return assess_metric(metric_info(name), series, options);
}

MetricAnalysis assess_metric(const MetricInfo& info, const stats::Series& series,
                             const AnalysisOptions& options) {
  MetricAnalysis result;
  result.name = info.name;
  result.unit = info.unit();
  result.readings = series.values.size();
  const stats::GrowthOptions growth = options_for(info.is_bytes(), options);
  result.tolerance_per_min = growth.tolerance_per_min;
  result.per = options.per;
  result.start = series.values.front();
  result.final = series.values.back();
  result.peak = *std::max_element(series.values.begin(), series.values.end());
  result.growth = stats::assess_growth(series, growth);
  result.verdict = verdict_of(result, false);
  result.table = even_table(series);
  return result;
}

void correct_for_many(std::vector<MetricAnalysis>& metrics) {
  std::vector<stats::Growth> growths;
  for (const auto& metric : metrics) {
    if (metric.judged) growths.push_back(metric.growth);
  }
  stats::correct_for_many(growths);
  auto corrected = growths.begin();
  for (auto& metric : metrics) {
    if (!metric.judged) continue;
    metric.growth = *corrected++;
    if (metric.verdict != MetricVerdict::capped) metric.verdict = verdict_of(metric, false);
  }
}

std::vector<MetricAnalysis> analyze_metrics(const VariantRecord& record, const AnalysisOptions& options,
                                            const std::vector<std::string>& expected, bool lines_lost) {
  const auto found = metrics_in(record.samples);
  const bool has_goroutines = std::any_of(found.begin(), found.end(),
                                          [](const auto& info) { return info.name == metric::kGoroutines; });
  std::vector<MetricAnalysis> metrics;
  for (const auto& info : found) {
    const stats::Series series = series_of(record.samples, info.name, Span::measured);
    if (series.minutes.empty()) continue;
    MetricAnalysis result = assess_metric(info.name, series, options);
    result.judged = is_judged(info, has_goroutines, expected);
    result.verdict = verdict_of(result, lines_lost);
    result.table = table_of(record.samples, info.name, options);
    metrics.push_back(std::move(result));
  }
  correct_for_many(metrics);
  return metrics;
}

}  // namespace leakrig
