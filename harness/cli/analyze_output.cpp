#include "harness/cli/analyze_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/analysis/lead.h"
#include "harness/report/result_json.h"
#include "harness/core/metrics.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/words.h"

namespace leakrig {
namespace {

using nlohmann::json;

std::vector<const AssessedSeries*> worst_first(const std::vector<AssessedSeries>& assessed) {
  std::vector<const AssessedSeries*> order;
  for (const auto& one : assessed) order.push_back(&one);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return severity_of(a->metric.verdict) > severity_of(b->metric.verdict);
  });
  return order;
}

const char* clock_name(TimeBase base) {
  switch (base) {
    case TimeBase::absolute:
      return "utc";
    case TimeBase::local:
      return "local";
    case TimeBase::time_of_day:
      return "time of day";
    case TimeBase::elapsed:
      return "elapsed";
  }
  return "";
}

}  // namespace

std::string analyze_text(const std::vector<AssessedSeries>& assessed, const FileReadings& readings,
                         bool explain) {
  std::string text;
  for (const auto& line : first_lines(analysis_of_file(assessed, readings))) text += line + "\n";
  text += '\n';
  if (explain) {
    const std::string lines = explained(readings);
    for (std::size_t at = 0; at < lines.size();) {
      const std::size_t end = std::min(lines.find('\n', at), lines.size());
      text += printable(lines.substr(at, end - at)) + "\n";
      at = end + 1;
    }
    text += '\n';
  }
  for (const auto* one : worst_first(assessed)) {
    const auto& metric = one->metric;
    fmt::format_to(std::back_inserter(text), "{:<24} {:<12} {}\n", printable(metric.name, 80),
                   to_string(metric.verdict), plain_text(estimate_text(metric)));
    fmt::format_to(
        std::back_inserter(text), "{:<24} {} -> {}, {} readings{}{}\n", "", count_text(metric, metric.start),
        count_text(metric, metric.final), metric.readings,
        one->series->gaps > 0 ? fmt::format(", {} gaps", one->series->gaps) : "",
        one->series->lives.empty() ? "" : fmt::format(", {} lives", one->series->lives.size() + 1));
    for (const auto& reason : metric.growth.reasons)
      fmt::format_to(std::back_inserter(text), "{:<24} - {}\n", "", reason);
    if (metric.growth.minutes_to_decide)
      fmt::format_to(std::back_inserter(text), "{:<24} - {}\n", "",
                     plain_text(words::would_decide(growing(metric), *metric.growth.minutes_to_decide)));
  }
  text += '\n';
  if (!explain) {
    for (const auto& note : readings.notes) text += "note: " + printable(note, 1000) + "\n";
  }
  if (readings.per.empty() && !readings.counters.empty()) {
    text += "note: growth against what was done instead of time: ";
    for (std::size_t i = 0; i < std::min<std::size_t>(3, readings.counters.size()); ++i)
      text += (i == 0 ? "--per " : ", --per ") + printable(readings.counters[i]);
    text += "\n";
  }
  return text + printable(readings.source) + ": " + printable(closing_line(readings), 4000) + "\n";
}

json analyze_json(const std::vector<AssessedSeries>& assessed, const FileReadings& readings) {
  json out{{"schema", "leakrig/analysis/1"},
           {"source", readings.source},
           {"form", readings.form},
           {"rows", readings.rows},
           {"gaps", readings.gaps},
           {"lives", readings.lives},
           {"time",
            {{"how", readings.time_how},
             {"base", clock_name(readings.clock)},
             {"from_s", readings.from_s},
             {"to_s", readings.to_s},
             {"step_s", readings.step_s}}},
           {"notes", readings.notes},
           {"counters", readings.counters},
           {"columns", json::array()},
           {"metrics", json::object()}};
  if (!readings.per.empty()) out["per"] = "1,000 " + readings.per;
  for (const auto& column : readings.columns) {
    out["columns"].push_back({{"name", column.name},
                              {"role", to_string(column.understanding.role)},
                              {"why", column.understanding.why},
                              {"unit", column.understanding.unit},
                              {"numbers", column.numbers},
                              {"gaps", column.gaps},
                              {"judged", column.judged}});
  }
  for (const auto& one : assessed) {
    json object = metric_json(one.metric);
    object["gaps"] = one.series->gaps;
    object["restarts"] = one.series->lives.size();
    out["metrics"][one.metric.name] = std::move(object);
  }
  return out;
}

ExitCode exit_code_of_file(const std::vector<AssessedSeries>& assessed) {
  bool undecided = false;
  for (const auto& one : assessed) {
    if (one.metric.verdict == MetricVerdict::leak) return ExitCode::expectation_failed;
    undecided = undecided || one.metric.verdict == MetricVerdict::inconclusive;
  }
  return undecided ? ExitCode::inconclusive : ExitCode::ok;
}

Analysis analysis_of_file(const std::vector<AssessedSeries>& assessed, const FileReadings& readings) {
  Analysis analysis;
  analysis.scenario.name = analysis.scenario.title = readings.source;
  analysis.scenario.description = closing_line(readings);
  VariantAnalysis variant;
  variant.name = "file";
  variant.outcome = Outcome::completed;
  variant.minutes = (readings.to_s - readings.from_s) / 60;
  for (const auto* one : worst_first(assessed)) {
    variant.metrics.push_back(one->metric);
    auto& plot = variant.metrics.back().plot;
    const auto values = one->series->values.take();
    for (std::size_t i = 0; i < values.minutes.size(); ++i)
      plot.push_back({values.minutes[i], values.values[i]});
  }
  variant.verdict = variant.metrics.front().verdict;
  variant.lead_metric = choose_lead(variant);
  variant.passed = variant.verdict == MetricVerdict::stable;
  analysis.reference = variant.name;
  analysis.passed = variant.passed;
  analysis.exit_code = exit_code_of_file(assessed);
  analysis.variants.push_back(std::move(variant));
  return analysis;
}

}  // namespace leakrig
