#include "harness/report/page_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/analysis/cost_catalogue.h"
#include "harness/analysis/standing.h"
#include "harness/report/condition_words.h"
#include "harness/report/expectation_words.h"
#include "harness/report/format.h"
#include "harness/report/recorded_words.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/status.h"
#include "harness/report/sweep_words.h"
#include "harness/report/words.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// The page breaks lines itself.
constexpr std::size_t kPageUnbroken = 4096;

/// Null of what is no number.
json rounded(double value) {
  const auto number = page_number(value);
  if (!number) return nullptr;
  return number->is_whole ? json(static_cast<std::int64_t>(number->value)) : json(number->value);
}

json rounded(const std::optional<double>& value) {
  return value ? rounded(*value) : json(nullptr);
}

struct MetricColumn {
  std::string name;
  std::string unit;
  double tolerance = 0;
};

/// Every metric of any variant, in the order in which they appear.
std::vector<MetricColumn> metric_columns(const Analysis& analysis) {
  std::vector<MetricColumn> columns;
  for (const auto& variant : analysis.variants) {
    for (const auto& metric : variant.metrics) {
      const bool known = std::any_of(columns.begin(), columns.end(),
                                     [&](const auto& column) { return column.name == metric.name; });
      if (!known) columns.push_back({metric.name, metric.unit, metric.judged ? metric.tolerance_per_min : 0});
    }
  }
  return columns;
}

std::size_t place_of(const std::vector<MetricColumn>& columns, const std::string& metric) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& each) { return each.name == metric; });
  return found == columns.end() ? 0 : static_cast<std::size_t>(found - columns.begin());
}

std::string trimmed(std::string_view unit) {
  return std::string{unit.substr(std::min(unit.find_first_not_of(' '), unit.size()))};
}

/// Every n-th row, and the last.
json rows_json(const std::vector<stats::GrowthRow>& table, std::size_t most) {
  json rows = json::array();
  for (const std::size_t i : thinned_rows(table.size(), most)) {
    const auto& row = table[i];
    rows.push_back({rounded(row.minute), rounded(row.count), rounded(row.growth),
                    row.rate_per_min ? json(*row.rate_per_min) : json(nullptr)});
  }
  return rows;
}

json metric_of(const MetricAnalysis& metric, const PageShare& share) {
  json points = json::array();
  for (const auto& point : thinned(metric.plot, share.points))
    points.push_back({rounded(point.minute), rounded(point.value)});
  json object{{"judged", metric.judged},
              {"start", rounded(metric.start)},
              {"final", rounded(metric.final)},
              {"rate", rounded(metric.growth.rate_per_min)},
              {"low", rounded(metric.growth.interval.low)},
              {"high", rounded(metric.growth.interval.high)},
              {"verdict", to_string(metric.verdict)},
              {"points", std::move(points)},
              {"rows", rows_json(metric.table, share.rows)}};
  return object;
}

json attribution_of(const VariantAnalysis& variant, const PageShare& share) {
  json rows = json::array();
  for (std::size_t i = 0; i < std::min(share.groups, variant.attribution.size()); ++i) {
    const auto& row = variant.attribution[i];
    json object{{"kind", printable(row.kind, share.name)},
                {"name", printable(row.name, share.name)},
                {"growth", rounded(row.growth)},
                {"rate", rounded(row.rate_per_min)},
                {"share", rounded(row.share)}};
    if (row.ci) object.update({{"low", rounded((*row.ci)[0])}, {"high", rounded((*row.ci)[1])}});
    if (const auto blocked = words::blocked(row.waited_min, row.proven_blocked); !blocked.empty())
      object["blocked"] = blocked;
    if (!row.function.empty()) object["function"] = printable(row.function, share.name);
    if (!row.file.empty()) object["where"] = fmt::format("{}:{}", printable(row.file, share.name), row.line);
    rows.push_back(std::move(object));
  }
  return rows;
}

json timeline_of(const OrphanTimeline& timeline, const PageShare& share) {
  json lanes = json::array();
  const std::size_t most = std::min(share.lanes, timeline.lanes.size());
  const std::size_t each = spans_of_lane(share, most);
  for (std::size_t i = 0; i < most; ++i) {
    const auto& lane = timeline.lanes[i];
    json spans = json::array();
    for (const auto& span : lane.spans) {
      if (spans.size() >= each) break;
      spans.push_back({rounded(span.opened_s), rounded(span.superseded_s), rounded(span.closed_s)});
    }
    lanes.push_back({{"container", printable(lane.container, share.name)},
                     {"request", printable(lane.request, share.name)},
                     {"opened", lane.opened},
                     {"orphans", lane.orphans},
                     {"spans", std::move(spans)}});
  }
  return {{"start", rounded(timeline.start_s)},
          {"end", rounded(timeline.end_s)},
          {"containers", timeline.containers},
          {"spans", timeline.spans},
          {"lanes", std::move(lanes)}};
}

json variant_of(const Analysis& analysis, const VariantAnalysis& variant,
                const std::vector<MetricColumn>& columns, const PageShare& share) {
  json metrics = json::array();
  for (const auto& column : columns) {
    const auto* metric = variant.metric(column.name);
    metrics.push_back(metric == nullptr ? json(nullptr) : metric_of(*metric, share));
  }
  json costs = json::array();
  for (const auto& cost : cost_catalogue()) costs.push_back(rounded(cost.value(variant.costs)));
  json changes = json::array();
  for (const auto& change : variant.changes)
    changes.push_back({printable(change.option, share.name), printable(change.before, share.name),
                       printable(change.after, share.name)});
  json expectations = json::array();
  for (const auto& e : variant.expectations)
    expectations.push_back({{"what", printable(e.what, share.name)},
                            {"expected", printable(expected_text(e), share.name)},
                            {"actual", printable(actual_text(e), share.name)},
                            {"held", e.held}});
  return {{"name", printable(variant.name, share.name)},
          {"verdict", to_string(variant.verdict)},
          {"headline", headline_of(analysis, variant)},
          {"passed", variant.passed},
          {"outcome", to_string(variant.outcome)},
          {"detail", printable(variant.detail, share.name)},
          {"replicates", variant.replicates},
          {"metrics", std::move(metrics)},
          {"costs", std::move(costs)},
          {"changes", std::move(changes)},
          {"attribution", attribution_of(variant, share)},
          {"timeline", timeline_of(variant.timeline, share)},
          {"idle", timeline_of(variant.idle_timeline, share)},
          {"expectations", std::move(expectations)}};
}

json condition_rows(const Analysis& analysis) {
  json rows = json::array();
  for (const auto& [condition, text] : condition_texts(analysis)) rows.push_back({condition, text});
  const auto schedule = analysis.schedule();
  rows.push_back({"Schedule", fmt::format("{} missed, the latest {:.1f} ms late",
                                          counted(static_cast<double>(schedule.missed), "reading"), schedule.latest_ms)});
  return rows;
}

/// Null for a run without a sweep.
json sweep_of(const Analysis& analysis) {
  const auto swept = read_sweep(analysis);
  if (!swept) return nullptr;
  json points = json::array();
  for (const auto& point : swept->points) {
    const auto* metric = point.metric;
    points.push_back({{"text", printable(point.text, 40)},
                      {"value", point.value ? json(*point.value) : json(nullptr)},
                      {"verdict", to_string(point.verdict)},
                      {"rate", metric == nullptr ? json(nullptr) : rounded(metric->growth.rate_per_min)}});
  }
  return {{"name", printable(swept->name, 80)},
          {"pointer", printable(swept->pointer, 200)},
          {"metric", printable(metric_title(swept->metric), 80)},
          {"sentence", sweep_sentence(*swept)},
          {"points", std::move(points)}};
}

}  // namespace

json page_data(const Analysis& analysis, const PageLimits& limits) {
  const auto columns = metric_columns(analysis);
  const PageShare share = share_of(limits, analysis.variants.size(), columns.size());
  const Sentences said = sentences_of(analysis);
  const auto sentences = [](const std::vector<std::string>& items) {
    json list = json::array();
    for (const auto& item : items) list.push_back(printable(item, 4000));
    return list;
  };
  json data{{"schema", "leakrig/page/1"},
            {"live", false},
            {"title", printable(analysis.scenario.title)},
            {"scenario", printable(analysis.scenario.name)},
            {"date", printable(analysis.environment.date)},
            {"host", printable(analysis.environment.host)},
            {"status", {{"code", static_cast<int>(analysis.exit_code)}, {"text", status_text(analysis)}}},
            {"reference", printable(analysis.reference, share.name)},
            {"headline", headline(analysis)},
            {"first_lines", first_lines(analysis, kPageUnbroken)},
            {"lead", place_of(columns, analysis.lead_metric())},
            {"confidence", stats::Interval{}.level},
            {"conditions", condition_rows(analysis)}};
  data["sweep"] = sweep_of(analysis);
  data["findings"] = {{"summary", sentences(said.summary)},
                      {"confirmed", sentences(said.confirmed)},
                      {"ruled_out", sentences(said.ruled_out)},
                      {"open", sentences(said.open)},
                      {"recommendations", sentences(said.recommendations)}};
  for (const char* list : {"metrics", "costs", "variants", "comparisons", "controls", "against"})
    data[list] = json::array();
  for (const auto& column : columns)
    data["metrics"].push_back({{"name", printable(column.name, share.name)},
                               {"title", metric_title(column.name)},
                               {"unit", printable(column.unit, share.name)},
                               {"tolerance", rounded(column.tolerance)}});
  for (const auto& cost : cost_catalogue())
    data["costs"].push_back({{"title", cost.title}, {"unit", trimmed(cost.unit)}, {"digits", cost.digits}});
  for (const auto& variant : analysis.variants)
    data["variants"].push_back(variant_of(analysis, variant, columns, share));
  for (const auto& c : analysis.comparisons) {
    data["comparisons"].push_back({{"variant", printable(c.variant, share.name)},
                                   {"metric", place_of(columns, c.metric)},
                                   {"difference", rounded(c.difference.difference_per_min)},
                                   {"low", rounded(c.difference.ci_low)},
                                   {"high", rounded(c.difference.ci_high)},
                                   {"verdict", to_string(standing_of(analysis, c))}});
  }
  for (const auto& control : analysis.controls)
    data["controls"].push_back({{"name", printable(control.run.name, share.name)},
                                {"metric", printable(control.metric, share.name)},
                                {"expected", control.expected},
                                {"actual", control.actual},
                                {"held", control.held}});
  if (analysis.against) {
    for (const auto& d : analysis.against->differences)
      data["against"].push_back({{"variant", printable(d.variant, share.name)},
                                 {"what", printable(words::compared(d), share.name)},
                                 {"before", words::recorded(d)},
                                 {"now", words::now(d)},
                                 {"verdict", to_string(d.verdict)},
                                 {"held", d.verdict != RecordedDifference::Verdict::worse}});
  }
  return data;
}

}  // namespace leakrig
