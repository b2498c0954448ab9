#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/core/run_record.h"
#include "harness/stats/growth/tolerance.h"

namespace leakrig {

struct AnalysisOptions {
  double tolerance_per_min = stats::kCountTolerance.per_min;
  double memory_tolerance_per_min = stats::kMemoryTolerance.per_min;
  double confidence = stats::GrowthOptions{}.confidence;
  double every_s = to_seconds(SamplingConfig{}.every);
  double resolution_s = to_seconds(SamplingConfig{}.resolution);
  bool leaks_by_clock = false;  ///< GrowthOptions::leaks_by_clock, of counts
  std::optional<Look> look;  ///< the verdict is one of several looks
  std::string per = {};      ///< what rates are told for, as MetricAnalysis has it
};
/// Of a scenario or one of its variants.
AnalysisOptions analysis_options(const Setup& setup);

enum class Span { measured, with_warmup };  ///< those at and after T+0, or with the warm-up's

/// A metric's readings, in minutes from T+0. The load column is all or nothing: a reading without it would
/// shift the others.
stats::Series series_of(const std::vector<Sample>& samples, const std::string& name, Span span);

/// What the engine is asked of a metric.
stats::GrowthOptions growth_options(const std::string& metric, const AnalysisOptions& options);

/// The verdict on a metric's growth; `lines_lost` makes a growth that stopped `capped`.
MetricVerdict verdict_of(const MetricAnalysis& metric, bool lines_lost);

/// Rate and verdict of one metric from its readings, and a table of at most twenty even steps. `series` is
/// not empty; throws std::invalid_argument as stats::assess_growth does.
MetricAnalysis assess_metric(const std::string& name, const stats::Series& series,
                             const AnalysisOptions& options);

/// Holm's correction over the judged metrics: a `leak` that does not survive their number becomes
/// `inconclusive`.
void correct_for_many(std::vector<MetricAnalysis>& metrics);

/// The metrics of a variant's first replicate, with growth and verdict over all of them. `each`: the
/// replicates' own metrics, the first replicate's first; a metric that one of them lacks is combined of the
/// others.
std::vector<MetricAnalysis> combine_replicates(const std::vector<std::vector<MetricAnalysis>>& each,
                                               const AnalysisOptions& options, bool lines_lost);

/// Each metric's table, rate and verdict, the primary one first. `lines_lost`: the other end says that
/// collection suffered, which makes a growth that stopped `capped`.
std::vector<MetricAnalysis> analyze_metrics(const VariantRecord& record, const AnalysisOptions& options,
                                            const std::vector<std::string>& expected, bool lines_lost);

}  // namespace leakrig
