#include <fmt/format.h>

#include <iterator>

#include "harness/analysis/standing.h"
#include "harness/report/audit.h"
#include "harness/report/expectation_words.h"
#include "harness/report/report.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

/// A number or nothing, as one of ours: it needs no quotation marks, and a minus sign makes no formula of it.
std::string number_or_nothing(const std::optional<double>& value) {
  return value ? fmt::format("{:.10g}", *value) : "";
}

const ExpectationResult* metric_expectation(const VariantAnalysis& variant, const std::string& metric) {
  for (const auto& e : variant.expectations) {
    if (e.what == metric) return &e;
  }
  return nullptr;
}

}  // namespace

std::string render_csv(const Analysis& analysis, const RenderOptions&) {
  if (analysis.audit) return audit_csv(analysis);
  std::string out =
      "scenario,variant,outcome,metric,unit,judged,verdict,expected,held,start,final,peak,rate_per_min,ci_"
      "low,ci_high,confidence,"
      "tolerance_per_min,readings,versus_reference,difference_per_min,lines_written,lines_lost,lines_"
      "duplicated,"
      "latency_p50_ms,latency_p99_ms,connections_per_min,requests_per_min,cpu_s_per_1000_lines\r\n";
  const std::string scenario = csv_cell(printable(analysis.scenario.name));
  for (const auto& variant : analysis.variants) {
    const auto& costs = variant.costs;
    const auto of_delivery = [&](auto member) {
      return number_or_nothing(costs.delivery
                                   ? std::optional<double>{static_cast<double>((*costs.delivery).*member)}
                                   : std::nullopt);
    };
    for (const auto* each : variant.by_importance()) {
      const MetricAnalysis& metric = *each;
      const auto* expected = metric_expectation(variant, metric.name);
      const auto* comparison = analysis.comparison(variant.name, metric.name);
      const auto& growth = metric.growth;
      fmt::format_to(
          std::back_inserter(out),
          "{},{},{},{},{},{},{},{},{},{:.10g},{:.10g},{:.10g},{:.10g},{:.10g},{:.10g},{:.10g},{:.10g},{},{},{"
          "},{},{},{},{},{},{:.10g},{:."
          "10g},{}\r\n",
          scenario, csv_cell(printable(variant.name)), to_string(variant.outcome),
          csv_cell(printable(metric.name)), csv_cell(printable(metric.unit)), metric.judged,
          to_string(metric.verdict), expected == nullptr ? "" : csv_cell(expected_text(*expected)),
          expected == nullptr ? "" : fmt::format("{}", expected->held), metric.start, metric.final,
          metric.peak, growth.rate_per_min, growth.ci_low, growth.ci_high, growth.confidence,
          metric.tolerance_per_min, metric.readings,
          comparison == nullptr ? "" : to_string(standing_of(analysis, *comparison)),
          number_or_nothing(comparison == nullptr ? std::nullopt
                                                  : std::optional{comparison->difference.difference_per_min}),
          of_delivery(&Delivery::lines_written), of_delivery(&Delivery::lines_lost),
          of_delivery(&Delivery::lines_duplicated), of_delivery(&Delivery::latency_p50_ms),
          of_delivery(&Delivery::latency_p99_ms), costs.connections_per_min, costs.requests_per_min,
          number_or_nothing(costs.cpu_s_per_1000_lines));
    }
  }
  return out;
}

}  // namespace leakrig
