#include "harness/analysis/standing.h"
#include "harness/report/markdown_page.h"

#include <algorithm>
#include <cmath>

#include "harness/core/sample.h"
#include "harness/core/units.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"

namespace leakrig::markdown {
namespace {

/// In the file's order, or for a matrix by rate, the lowest first.
std::vector<const VariantAnalysis*> in_order(const Analysis& analysis) {
  std::vector<const VariantAnalysis*> order;
  for (const auto& variant : analysis.variants) order.push_back(&variant);
  if (analysis.scenario.matrix_axes.empty()) return order;
  const auto rate = [lead = analysis.lead_metric()](const VariantAnalysis* variant) {
    const auto* metric = variant->metric(lead);
    return metric == nullptr ? 0.0 : metric->growth.rate_per_min;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto* a, const auto* b) { return rate(a) < rate(b); });
  return order;
}

/// What it is compared by; of the reference what leads.
const MetricAnalysis* compared_metric(const Analysis& analysis, const VariantAnalysis& variant) {
  const auto* comparison = analysis.main_comparison(variant.name);
  return comparison == nullptr ? variant.lead() : variant.metric(comparison->metric);
}

std::string difference_cell(const Analysis& analysis, const VariantAnalysis& variant,
                            const MetricAnalysis& metric) {
  const auto* comparison = analysis.comparison(variant.name, metric.name);
  if (comparison == nullptr) return "-";
  const auto& d = comparison->difference;
  return fmt::format("{} ({} to {})", rate_text(metric, d.difference_per_min), rate_text(metric, d.ci_low),
                     rate_text(metric, d.ci_high));
}

std::string comparison_cell(const Analysis& analysis, const VariantAnalysis& variant,
                            const std::string& metric) {
  if (variant.name == analysis.reference) return "reference";
  const auto* comparison = analysis.comparison(variant.name, metric);
  return comparison == nullptr ? "-" : fmt::format("**{}**", to_string(standing_of(analysis, *comparison)));
}

}  // namespace

void comparison(Page& page, const Analysis& analysis) {
  if (analysis.variants.size() > 1) {
    page.add(
        "## Comparison\n\n| Variant | Metric | Rate | Verdict | Against the reference | Difference (90 % "
        "interval) "
        "|\n|---|---|---|---|---|---|\n");
    for (const auto* each : in_order(analysis)) {
      const VariantAnalysis& variant = *each;
      const auto* metric = compared_metric(analysis, variant);
      if (metric == nullptr) continue;
      page.add("| {} | {} | {} | **{}** | {} | {} |\n", code(variant.name), metric_title(metric->name),
               estimate_text(*metric), to_string(metric->verdict),
               comparison_cell(analysis, variant, metric->name), difference_cell(analysis, variant, *metric));
    }
    page.add("\n");
  }
  page.add(
      "### What each costs\n\n| Variant | Lines written | Lost | Duplicated | Latency p50 | p99 | "
      "Connections/min | CPU per 1,000 lines | Peak threads |\n"
      "|---|---|---|---|---|---|---|---|---|\n");
  for (const auto* each : in_order(analysis)) {
    const VariantAnalysis& variant = *each;
    const auto* threads = variant.metric(metric::kThreads);
    const auto& costs = variant.costs;
    const Delivery d = costs.delivery.value_or(Delivery{});
    const auto milliseconds = [&](double ms) { return costs.delivery ? with_thousands(std::llround(ms)) + " ms" : "-"; };
    page.add("| {} | {} | {} | {} | {} | {} | {:.1f} | {} | {} |\n", code(variant.name),
             with_thousands(static_cast<std::int64_t>(d.lines_written)),
             with_thousands(static_cast<std::int64_t>(d.lines_lost)),
             with_thousands(static_cast<std::int64_t>(d.lines_duplicated)), milliseconds(d.latency_p50_ms),
             milliseconds(d.latency_p99_ms), costs.connections_per_min,
             costs.cpu_s_per_1000_lines ? milliseconds_text(*costs.cpu_s_per_1000_lines, 1) : "-",
             threads == nullptr ? "-" : fmt::format("{:.0f}", threads->peak));
  }
  page.add("\n");
}

/// By themselves: what they show is whether the rest can be believed.
void controls(Page& page, const Analysis& analysis) {
  if (analysis.controls.empty()) return;
  page.add(
      "## Controls\n\nRun beside the variants to check the rig itself: the reference once more, and a leak "
      "of "
      "known rate where the subject allows one.\n\n"
      "| Control | Metric | Estimated rate | Must be | Is | Held |\n|---|---|---|---|---|---|\n");
  for (const auto& control : analysis.controls) {
    const auto* metric = control.run.metric(control.metric);
    page.add("| {} | {} | {} | {} | {} | {} |\n", code(control.run.name), metric_title(control.metric),
             metric == nullptr ? "-" : estimate_text(*metric), control.expected, control.actual,
             control.held ? "✅" : "❌");
  }
  page.add("\n");
  for (const auto& control : analysis.controls) {
    if (control.run.outcome != Outcome::completed && !control.run.detail.empty())
      page.add("> {}: {}\n\n", code(control.run.name), markdown_text(control.run.detail));
  }
}

}  // namespace leakrig::markdown
