#include "harness/report/result_json.h"

#include "harness/analysis/recorded_file.h"
#include "harness/analysis/result_schema.h"
#include "harness/analysis/standing.h"
#include "harness/report/expectation_words.h"
#include "harness/report/recorded_words.h"
#include "harness/report/wire_json.h"

namespace leakrig {
namespace {

using nlohmann::json;

json delivery_json(const Costs& costs) {
  json object = costs.delivery ? to_json(*costs.delivery) : json::object();
  object["connections_per_min"] = costs.connections_per_min;
  object["requests_per_min"] = costs.requests_per_min;
  if (costs.cpu_s_per_1000_lines) object["cpu_s_per_1000_lines"] = *costs.cpu_s_per_1000_lines;
  return object;
}

json to_json(const VariantAnalysis& variant) {
  json object{{"name", variant.name},
              {"collects", variant.collects},
              {"outcome", to_string(variant.outcome)},
              {"verdict", to_string(variant.verdict)},
              {"lead_metric", variant.lead_metric},
              {"minutes", variant.minutes},
              {"passed", variant.passed},
              {"delivery", delivery_json(variant.costs)}};
  if (!variant.detail.empty()) object["detail"] = variant.detail;
  if (variant.replicates > 1) object["replicates"] = variant.replicates;
  for (const auto& metric : variant.metrics) object["metrics"][metric.name] = metric_json(metric);
  object["expectations"] = json::array();
  for (const auto& e : variant.expectations) {
    object["expectations"].push_back(
        {{"what", e.what}, {"expected", expected_text(e)}, {"actual", actual_text(e)}, {"held", e.held}});
    if (e.what == "verdict" || e.what == variant.lead_metric) object["expected"] = expected_text(e);
  }
  object["attribution"] = json::array();
  for (const auto& row : variant.attribution) {
    object["attribution"].push_back({{"kind", row.kind},
                                     {"name", row.name},
                                     {"growth", row.growth},
                                     {"rate_per_min", row.rate_per_min},
                                     {"share", row.share}});
    json& entry = object["attribution"].back();
    if (row.ci) entry["ci"] = *row.ci;
    if (row.waited_min > 0) entry["blocked_min"] = row.waited_min;
    if (row.proven_blocked > 0) entry["blocked_for_ever"] = row.proven_blocked;
    if (!row.file.empty()) entry.update({{"function", row.function}, {"file", row.file}, {"line", row.line}});
  }
  object["orphans"] = json::array();
  for (const auto& row : variant.orphans) {
    object["orphans"].push_back({{"request", row.request},
                                 {"count", row.count},
                                 {"rate_per_min", row.rate_per_min},
                                 {"open", row.open_at_end},
                                 {"oldest_s", row.oldest_s},
                                 {"replaced", row.replaced},
                                 {"orphaned", row.orphaned},
                                 {"verdict", stats::to_string(row.verdict)}});
    if (row.ci) object["orphans"].back()["ci"] = *row.ci;
  }
  object["two_sided"] = json::array();
  for (const auto& side : variant.two_sided) {
    object["two_sided"].push_back({{"metric", side.metric},
                                   {"growth", side.metric_growth},
                                   {"request", side.request},
                                   {"open_growth", side.open_growth},
                                   {"groups", side.groups},
                                   {"explained", side.explained}});
  }
  add_connections(variant, object);
  const auto& quality = variant.sampling;
  object["sampling"] = {{"slots", quality.slots},         {"missed", quality.missed},
                        {"latest_ms", quality.latest_ms}, {"rig_threads", quality.rig_threads},
                        {"rig_fds", quality.rig_fds},     {"rig_cpu_s", quality.rig_cpu_s}};
  return object;
}

}  // namespace

json metric_json(const MetricAnalysis& metric) {
  json table = json::array();
  for (const auto& row : metric.table) {
    table.push_back({{"minute", row.minute},
                     {"count", row.count},
                     {"growth", row.growth},
                     {"rate_per_min", row.rate_per_min ? json(*row.rate_per_min) : json(nullptr)}});
  }
  const auto& growth = metric.growth;
  json object{
      {"unit", metric.unit},
      {"judged", metric.judged},
      {"tolerance_per_min", metric.tolerance_per_min},
      {"start", metric.start},
      {"baseline", metric.start},  // as it was called before
      {"final", metric.final},
      {"peak", metric.peak},
      {"total_growth", metric.grown()},
      {"rate_per_min", growth.rate_per_min},
      {"ci", {growth.ci_low, growth.ci_high}},
      {"confidence", growth.confidence},
      {"standard_error", growth.standard_error},
      {"interval",
       {{"low", growth.interval.low}, {"high", growth.interval.high}, {"level", growth.interval.level}}},
      {"p_within_tolerance", growth.p_within_tolerance},
      {"p_no_growth", growth.p_no_growth},
      {"verdict", to_string(metric.verdict)},
      {"reasons", growth.reasons},
      {"adjusted_for", growth.adjusted_for},
      {"warmup_minutes", growth.warmup_minutes},
      {"readings", metric.readings},
      {"points_used", growth.points_used},
      {"table", table}};
  if (const auto rate = metric.rate_before_plateau()) {
    object["plateau"] = {{"from_minute", *growth.plateau_from_minutes},
                         {"level", *growth.plateau_level},
                         {"rate_before_per_min", *rate}};
  }
  if (metric.drain) {
    object["drain"] = {{"verdict", stats::to_string(metric.drain->verdict)},
                       {"remaining", metric.drain->remaining},
                       {"ci", {metric.drain->ci_low, metric.drain->ci_high}}};
  }
  if (growth.minutes_to_decide) object["minutes_to_decide"] = *growth.minutes_to_decide;
  for (const auto& replicate : metric.replicates) {
    object["replicates"].push_back({{"replicate", replicate.replicate},
                                    {"start", replicate.start},
                                    {"baseline", replicate.start},
                                    {"final", replicate.final},
                                    {"rate_per_min", replicate.growth.rate_per_min},
                                    {"ci", {replicate.growth.ci_low, replicate.growth.ci_high}},
                                    {"verdict", to_string(replicate.verdict)}});
  }
  return object;
}

json result_json(const Analysis& analysis) {
  if (analysis.audit) return audit_json(analysis);
  json object{{"schema", kResultSchema},
              {"scenario", analysis.scenario.name},
              {"title", analysis.scenario.title},
              {"time_scale", analysis.scenario.sampling.time_scale},
              {"tolerance_per_min", analysis.tolerance_per_min},
              {"confidence", analysis.confidence},
              {"environment", to_json(analysis.environment)},
              {"conditions", conditions_of(analysis.scenario)},
              {"reference", analysis.reference},
              {"baseline", analysis.reference},  // as it was called before
              {"passed", analysis.passed},
              {"exit_code", static_cast<int>(analysis.exit_code)}};
  object["variants"] = json::array();
  for (const auto& variant : analysis.variants) object["variants"].push_back(to_json(variant));
  for (const auto& control : analysis.controls) {
    json entry = to_json(control.run);
    for (const char* key : {"passed", "expectations", "expected"}) entry.erase(key);
    entry["control"] = {{"metric", control.metric},
                        {"expected", control.expected},
                        {"actual", control.actual},
                        {"held", control.held}};
    object["controls"].push_back(std::move(entry));
  }
  object["comparisons"] = json::array();
  for (const auto& c : analysis.comparisons) {
    object["comparisons"].push_back({{"reference", c.reference},
                                     {"baseline", c.reference},
                                     {"variant", c.variant},
                                     {"metric", c.metric},
                                     {"difference_per_min", c.difference.difference_per_min},
                                     {"ci", {c.difference.ci_low, c.difference.ci_high}},
                                     {"confidence", c.difference.confidence},
                                     {"margin_per_min", c.difference.margin_per_min},
                                     {"verdict", to_string(c.difference.verdict)},
                                     {"standing", to_string(standing_of(analysis, c))}});
  }
  object["wires"] = wires_json(analysis);
  if (analysis.against) {
    object["against"] = {{"source", analysis.against->source},
                         {"date", analysis.against->date},
                         {"differences", json::array()}};
    for (const auto& d : analysis.against->differences) {
      object["against"]["differences"].push_back({{"variant", d.variant},
                                                  {"what", words::compared(d)},
                                                  {"before", words::recorded(d)},
                                                  {"now", words::now(d)},
                                                  {"margin", words::margin(d)},
                                                  {"verdict", to_string(d.verdict)}});
    }
  }
  return object;
}

}  // namespace leakrig
