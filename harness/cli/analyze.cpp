#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/analysis/assess.h"
#include "harness/cli/analyze_output.h"
#include "harness/cli/command.h"
#include "harness/core/say.h"
#include "harness/core/units.h"
#include "harness/readings/forms/form.h"
#include "harness/report/report.h"
#include "harness/report/sentences.h"
#include "harness/stats/growth/tolerance.h"

namespace leakrig {
namespace {

struct AnalyzeOptions {
  std::string file;
  ReadingsOptions readings;
  std::string every;
  std::string cycle;
  std::optional<double> tolerance;
  double confidence = stats::GrowthOptions{}.confidence;
  std::string html;
  bool explain = false;
  bool json = false;
  bool quiet = false;
};

/// "60s", "4h", or seconds.
std::optional<double> seconds_of(const std::string& option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto duration = parse_duration(text);
  if (!duration) duration = parse_duration(text + "s");
  if (!duration || *duration <= Nanos{0})
    throw UsageError(fmt::format("{} {}: a time above 0 is needed, such as 60s or 5m", option, text));
  return to_seconds(*duration);
}

MetricInfo info_of(const SampleSeries& series) {
  MetricInfo info = metric_info(series.name);
  info.name = series.title();
  info.quantity = series.dimension == Dimension::bytes     ? Quantity::bytes
                  : series.dimension == Dimension::seconds ? Quantity::seconds
                                                           : Quantity::count;
  return info;
}

std::vector<AssessedSeries> assess(const FileReadings& readings, const AnalyzeOptions& options) {
  std::vector<MetricAnalysis> metrics;
  for (const auto& one : readings.series) {
    stats::Series series = one.values.take();
    series.cycle_minutes = readings.per.empty() ? readings.cycle_minutes : std::nullopt;
    series.life_starts = one.lives;
    AnalysisOptions analysis;
    analysis.confidence = options.confidence;
    analysis.per = readings.per;
    const auto& defaults =
        one.dimension == Dimension::bytes ? stats::kMemoryTolerance : stats::kCountTolerance;
    analysis.tolerance_per_min = options.tolerance.value_or(
        readings.per.empty() ? stats::default_tolerance(series, defaults) : defaults.per_min);
    analysis.memory_tolerance_per_min = analysis.tolerance_per_min;
    metrics.push_back(assess_metric(info_of(one), series, analysis));
    metrics.back().readings = one.values.readings();
  }
  correct_for_many(metrics);
  std::vector<AssessedSeries> assessed;
  for (std::size_t i = 0; i < metrics.size(); ++i)
    assessed.push_back({std::move(metrics[i]), &readings.series[i]});
  return assessed;
}

void write_page(const std::string& path, const std::vector<AssessedSeries>& assessed,
                const FileReadings& readings) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out << render_html(analysis_of_file(assessed, readings), {});
  out.close();
  if (!out) throw Error(fmt::format("{}: cannot be written", path));
}

ExitCode run_analyze(const AnalyzeOptions& options) {
  ReadingsOptions wanted = options.readings;
  wanted.time.every_s = seconds_of("--every", options.every);
  wanted.cycle_s = seconds_of("--cycle", options.cycle);
  wanted.now_s = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const FileReadings readings =
      read_samples(open_samples(options.file), options.file == "-" ? "standard input" : options.file, wanted);
  const auto assessed = assess(readings, options);
  if (!options.html.empty()) write_page(options.html, assessed, readings);
  if (options.json) {
    say(stdout, "{}\n",
        analyze_json(assessed, readings).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else if (!options.quiet) {
    say(stdout, "{}", analyze_text(assessed, readings, options.explain));
  }
  const ExitCode code = exit_code_of_file(assessed);
  if (options.quiet && code != ExitCode::ok)
    say(stderr, "leakrig: {}\n", headline(analysis_of_file(assessed, readings)));
  return code;
}

std::string names_of_forms() {
  std::string names;
  for (const auto& form : forms()) names += (names.empty() ? "" : ", ") + std::string{form.name};
  return names;
}

void add_reading_options(CLI::App& app, AnalyzeOptions& options) {
  auto& readings = options.readings;
  app.add_option("--metric", readings.metrics, "Judge only this column (repeatable)");
  app.add_option("--judge", readings.judge,
                 "Judge this column besides, though it looks like a counter, an id ... (repeatable)");
  app.add_option("--where", readings.where, "Only rows or series with this value: pid=812 (repeatable)");
  app.add_option("--by", readings.by,
                 "A verdict on each value of this column or label, and on their sum (repeatable)");
  app.add_option("--variant", readings.variant, "Of a run's samples.jsonl: only this variant");
  app.add_option("--per", readings.per, "Growth per 1,000 of this counter, not per minute");
  app.add_option("--load", readings.load,
                 "The column of the load, which growth is adjusted for (containers, vus)");
  app.add_option("--cycle", options.cycle, "A known period, such as 60s");
  app.add_option("--unit", readings.units, "The unit of memory without one: MiB, or COLUMN=MiB (repeatable)");
  app.add_option("--decimal", readings.decimal,
                 "The decimal sign: comma or point (told by the file where it can be)");
  app.add_option("--time", readings.time.column,
                 "The column of the time (t_s, time, timestamp, ts, elapsed, date ... are found)");
  app.add_option("--time-format", readings.time.format,
                 "s, ms, us, ns, min, h, d, sheet (a spreadsheet's days) for numbers; dmy, mdy, or as "
                 "strptime: '%d.%m.%Y %H:%M'");
  app.add_option("--every", options.every, "The rows have no time, and are this far apart: 60s");
  app.add_option("--input", readings.input,
                 "The form of the file: " + names_of_forms() + " (told by content)");
}

}  // namespace

std::function<ExitCode()> add_analyze(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig analyze samples.csv --metric goroutines --tolerance 2\n\n"
      "The file may be CSV (any separator, quoted or not, with or without a header), JSON Lines, a JSON "
      "array, an answer of\n"
      "Prometheus, OpenMetrics text with time stamps, leakrig's own samples, a row a counter, or what "
      "pidstat, psrecord, mprof,\n"
      "docker stats, top -b, dotnet-counters and k6 write. Counters, ids, percentages and text are told and "
      "not judged;\n"
      "what may be read in two ways is asked for. Exit codes: 0 stable, 1 a leak, 2 the file cannot be read "
      "so, 4 inconclusive.");
  auto options = std::make_shared<AnalyzeOptions>();
  app.add_option("FILE", options->file, "Samples; - is standard input")->required();
  add_reading_options(app, *options);
  app.add_option("--tolerance", options->tolerance,
                 "Growth a minute that does not matter (2; bytes: 1 MiB; less over long spans)")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--confidence", options->confidence, "Of the interval")
      ->check(CLI::Range(0.5001, 0.99999))
      ->capture_default_str();
  app.add_flag("--explain", options->explain,
               "How the file and each of its columns was understood, before any verdict");
  app.add_option("--html", options->html, "Also draw it: a page into this file");
  app.add_flag("--json", options->json, "Print JSON: each metric as in result.json");
  app.add_flag("-q,--quiet", options->quiet, "No report: the exit code, and a line on standard error where it is not 0");
  return [options] { return run_analyze(*options); };
}

}  // namespace leakrig
