#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/analysis/metrics.h"
#include "harness/cli/command.h"
#include "harness/readings/readings.h"
#include "harness/report/format.h"
#include "harness/stats/holm.h"

namespace leakrig {
namespace {

struct AnalyzeOptions {
  std::string file;
  ReadingsOptions readings;
  std::optional<double> tolerance;
  double confidence = stats::GrowthOptions{}.confidence;
  bool json = false;
  bool quiet = false;
};

Readings read_file(const AnalyzeOptions& options) {
  if (options.file == "-") return read_readings(std::cin, "standard input", options.readings);
  std::ifstream in(options.file, std::ios::binary);
  if (!in) throw UsageError(fmt::format("{}: cannot be opened", options.file));
  return read_readings(in, options.file, options.readings);
}

std::vector<MetricAnalysis> assess(const Readings& readings, const AnalyzeOptions& options) {
  std::vector<MetricAnalysis> metrics;
  for (const auto& [name, thinned] : readings.metrics) {
    stats::Series series = thinned.take();
    series.cycle_minutes = readings.cycle_minutes;
    AnalysisOptions analysis;
    analysis.confidence = options.confidence;
    if (options.tolerance)
      analysis.tolerance_per_min = analysis.memory_tolerance_per_min = *options.tolerance;
    metrics.push_back(assess_metric(name, series, analysis));
    metrics.back().readings = thinned.readings();
  }
  correct_for_many(metrics);
  return metrics;
}

ExitCode exit_code_of(const std::vector<MetricAnalysis>& metrics) {
  bool undecided = false;
  for (const auto& metric : metrics) {
    if (metric.verdict == MetricVerdict::leak) return ExitCode::expectation_failed;
    undecided = undecided || metric.verdict == MetricVerdict::inconclusive;
  }
  return undecided ? ExitCode::inconclusive : ExitCode::ok;
}

void print(const std::vector<MetricAnalysis>& metrics, const Readings& readings) {
  for (const auto& metric : metrics) {
    fmt::print("{:<24} {:<12} {}\n", metric.name, to_string(metric.verdict), estimate_text(metric));
    fmt::print("{:<24} {} -> {}, {} readings{}\n", "", count_text(metric, metric.start),
               count_text(metric, metric.final), metric.readings,
               readings.gaps > 0 ? fmt::format(", {} gaps in the file", readings.gaps) : "");
    for (const auto& reason : metric.growth.reasons) fmt::print("{:<24} - {}\n", "", reason);
    if (metric.growth.minutes_to_decide) {
      fmt::print("{:<24} - a run of about {} would likely decide\n", "",
                 minutes_text(std::ceil(*metric.growth.minutes_to_decide)));
    }
  }
}

ExitCode run_analyze(const AnalyzeOptions& options) {
  const Readings readings = read_file(options);
  const auto metrics = assess(readings, options);
  if (options.json) {
    nlohmann::json out{{"schema", "leakrig/analysis/1"}, {"rows", readings.rows}, {"gaps", readings.gaps}};
    for (const auto& metric : metrics) out["metrics"][metric.name] = metric_json(metric);
    fmt::print("{}\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else if (!options.quiet) {
    print(metrics, readings);
  }
  return exit_code_of(metrics);
}

}  // namespace

std::function<ExitCode()> add_analyze(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig analyze samples.csv --metric goroutines --tolerance 2\n\n"
      "The file is CSV with a header, or JSON Lines: t_s in seconds or time in ISO 8601, and any metrics; "
      "containers (the load) and\n"
      "cycle_s (a known period) are used where they are there. Exit codes: 0 stable, 1 a leak, 4 "
      "inconclusive.");
  auto options = std::make_shared<AnalyzeOptions>();
  app.add_option("FILE", options->file, "Samples; - is standard input")->required();
  app.add_option("--metric", options->readings.metrics, "Only this metric (repeatable)");
  app.add_option("--variant", options->readings.variant, "Of a run's samples.jsonl: this variant");
  app.add_option("--tolerance", options->tolerance, "Growth a minute that does not matter (2; bytes: 1 MiB)")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--confidence", options->confidence, "Of the interval")
      ->check(CLI::Range(0.5001, 0.99999))
      ->capture_default_str();
  app.add_flag("--json", options->json, "Print JSON: each metric as in result.json");
  app.add_flag("-q,--quiet", options->quiet, "Print nothing; the exit code tells");
  return [options] { return run_analyze(*options); };
}

}  // namespace leakrig
