#include "harness/report/markdown_page.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "harness/core/units.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"

namespace leakrig::markdown {
namespace {

void growth_table(Page& page, const MetricAnalysis& metric) {
  page.add("| Time | {} | Growth | Rate/min |\n|---|---|---|---|\n", metric_title(metric.name));
  for (const auto& row : metric.table) {
    const bool last = &row == &metric.table.back() && row.rate_per_min;
    std::string rate = "-";
    if (row.rate_per_min) {
      rate = row_rate_text(metric, row) + "/min";
    }
    page.add("| {} | {} | {} | {} |\n", mark_text(row.minute), count_text(metric, row.count),
             growth_text(metric, row.growth), last ? "**" + rate + "**" : rate);
  }
  page.add("\n");
}

/// Beyond these a chart is a tangle and the tables are a scroll.
constexpr std::size_t kFewVariants = 8;

/// All of few variants, else those that grow most, in the order of the report.
std::vector<const VariantAnalysis*> worth_drawing(const Analysis& analysis, const std::string& metric_name) {
  std::vector<const VariantAnalysis*> variants;
  for (const auto& variant : analysis.variants) {
    const auto* metric = variant.metric(metric_name);
    if (metric != nullptr && metric->table.size() >= 2) variants.push_back(&variant);
  }
  if (variants.size() <= kFewVariants) return variants;
  auto by_rate = variants;
  std::stable_sort(by_rate.begin(), by_rate.end(), [&](const auto* a, const auto* b) {
    return a->metric(metric_name)->growth.rate_per_min > b->metric(metric_name)->growth.rate_per_min;
  });
  by_rate.resize(kFewVariants);
  std::erase_if(variants,
                [&](const auto* v) { return std::find(by_rate.begin(), by_rate.end(), v) == by_rate.end(); });
  return variants;
}

/// GitHub draws Mermaid; each line is a variant, each point a table row.
void chart(Page& page, const Analysis& analysis, const std::string& metric_name) {
  const auto variants = worth_drawing(analysis, metric_name);
  if (variants.empty()) return;
  const auto* longest =
      *std::max_element(variants.begin(), variants.end(), [&](const auto* a, const auto* b) {
        return a->metric(metric_name)->table.size() < b->metric(metric_name)->table.size();
      });
  std::vector<std::string> minutes;
  for (const auto& row : longest->metric(metric_name)->table)
    minutes.push_back(fmt::format("{:g}", row.minute));
  page.add(
      "```mermaid\nxychart-beta\n    title \"{} by minute\"\n    x-axis \"minutes from T+0\" [{}]\n    "
      "y-axis \"{}\"\n",
      metric_title(metric_name), fmt::join(minutes, ", "), axis_title(metric_name));
  std::vector<std::string> drawn;
  for (const auto* variant : variants) {
    std::vector<std::string> counts;
    for (const auto& row : variant->metric(metric_name)->table)
      counts.push_back(axis_number(metric_name, row.count));
    page.add("    line [{}]\n", fmt::join(counts, ", "));
    drawn.push_back(code(variant->name));
  }
  page.add("```\n\nLines, in the order drawn{}: {}.\n\n",
           drawn.size() < analysis.variants.size() ? " (those that grow most)" : "", fmt::join(drawn, ", "));
}

std::string title_case(const std::string& metric_name) {
  return metric_title(metric_name) + " growth";
}

}  // namespace

void results(Page& page, const Analysis& analysis) {
  constexpr std::size_t kFew = 6;
  const bool brief = analysis.variants.size() > kFew;
  page.add("## Results\n\n");
  if (const auto lead = analysis.lead_metric(); !lead.empty()) chart(page, analysis, lead);
  for (const auto& variant : analysis.variants) {
    page.add("### {}\n\n", code(variant.name));
    if (variant.outcome != Outcome::completed)
      page.add("> **{}**: {}\n\n", to_string(variant.outcome), markdown_text(variant.detail));
    else if (!variant.detail.empty())
      page.add("> {}\n\n", markdown_text(variant.detail));
    const bool folded = analysis.variants.size() > kFewVariants;
    if (folded) page.add("<details><summary>Growth tables</summary>\n\n");
    for (const auto* each : variant.by_importance()) {
      const MetricAnalysis& metric = *each;
      // Of many variants the leading metric's table alone; what the others did stands in the summary.
      if (brief && each != variant.lead()) continue;
      page.add("#### {} ({}{})\n\n", title_case(metric.name), code(variant.name),
               variant.replicates > 1 ? fmt::format(", the first of {} replicates", variant.replicates) : "");
      growth_table(page, metric);
    }
    if (folded) page.add("</details>\n\n");
    page.add(
        "#### Summary ({})\n\n| Metric | T+0 | End | Total growth | Estimated rate | Verdict "
        "|\n|---|---|---|---|---|---|\n",
        code(variant.name));
    for (const auto* each : variant.by_importance()) {
      const MetricAnalysis& metric = *each;
      page.add("| {}{} | {} | {} | {} | {} | **{}**{} |\n", metric_title(metric.name),
               variant.replicates > 1 ? ", all replicates" : "", count_text(metric, metric.start),
               count_text(metric, metric.final), growth_text(metric, metric.grown()),
               estimate_text(metric), to_string(metric.verdict), metric.judged ? "" : " (not judged)");
      for (const auto& replicate : metric.replicates) {
        page.add("| {}, replicate {} | {} | {} | {} | {} | {} |\n", metric_title(metric.name),
                 replicate.replicate, count_text(metric, replicate.start),
                 count_text(metric, replicate.final), growth_text(metric, replicate.grown()),
                 estimate_text(metric, replicate), to_string(replicate.verdict));
      }
    }
    page.add("\n");
  }
}

}  // namespace leakrig::markdown
