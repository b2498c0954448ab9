#include "harness/cli/analyze_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/analysis/result_json.h"
#include "harness/core/metrics.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"
#include "harness/stats/growth/rate_unit.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// "5.0/min (95 % 4.8 to 5.2)", per hour or day where that is how fast it is, or per 1,000 of a counter.
std::string growth_rate_text(const MetricAnalysis& metric, const FileReadings& readings) {
  const auto& growth = metric.growth;
  if (growth.verdict == stats::Verdict::inconclusive && growth.standard_error == 0) return "no estimate";
  const Quantity quantity = quantity_of_unit(metric.unit);
  const double scale = quantity == Quantity::bytes ? 1.0 / (1 << 20) : 1.0;
  const double largest = std::max(
      {std::abs(growth.rate_per_min), std::abs(growth.interval.low), std::abs(growth.interval.high)});
  const bool per_counter = !readings.per.empty();
  const auto unit = per_counter ? stats::RateUnit{} : stats::rate_unit(largest * scale, growth.span_minutes);
  const std::string suffix = per_counter ? " per 1,000 " + readings.per : std::string{unit.suffix};
  const auto shown = [&](double per_min) { return rate_number_text(quantity, per_min * unit.minutes); };
  return fmt::format("{}{} ({} {} to {})", shown(growth.rate_per_min), suffix,
                     percent_text(growth.interval.level), shown(growth.interval.low),
                     shown(growth.interval.high));
}

int badness(MetricVerdict verdict) {
  switch (verdict) {
    case MetricVerdict::leak:
      return 0;
    case MetricVerdict::capped:
      return 1;
    case MetricVerdict::inconclusive:
      return 2;
    case MetricVerdict::stable:
      return 3;
  }
  return 3;
}

std::vector<const AssessedSeries*> worst_first(const std::vector<AssessedSeries>& assessed) {
  std::vector<const AssessedSeries*> order;
  for (const auto& one : assessed) order.push_back(&one);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return badness(a->metric.verdict) < badness(b->metric.verdict);
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
                   to_string(metric.verdict), growth_rate_text(metric, readings));
    fmt::format_to(
        std::back_inserter(text), "{:<24} {} -> {}, {} readings{}{}\n", "", count_text(metric, metric.start),
        count_text(metric, metric.final), metric.readings,
        one->series->gaps > 0 ? fmt::format(", {} gaps", one->series->gaps) : "",
        one->series->lives.empty() ? "" : fmt::format(", {} lives", one->series->lives.size() + 1));
    for (const auto& reason : metric.growth.reasons)
      fmt::format_to(std::back_inserter(text), "{:<24} - {}\n", "", reason);
    if (metric.growth.minutes_to_decide && readings.per.empty()) {
      fmt::format_to(std::back_inserter(text), "{:<24} - a run of about {} would likely decide\n", "",
                     minutes_text(std::ceil(*metric.growth.minutes_to_decide)));
    }
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
  variant.passed = variant.verdict == MetricVerdict::stable;
  analysis.reference = variant.name;
  analysis.passed = variant.passed;
  analysis.exit_code = ExitCode::ok;
  analysis.variants.push_back(std::move(variant));
  return analysis;
}

}  // namespace leakrig
