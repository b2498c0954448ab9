#include "harness/analysis/matrix_effects.h"
#include "harness/core/metrics.h"
#include "harness/report/format.h"
#include "harness/report/markdown_page.h"

namespace leakrig::markdown {

void matrix(Page& page, const Analysis& analysis) {
  const auto effects = matrix_effects(analysis, analysis.scenario.matrix_axes);
  if (effects.empty()) return;
  const std::string metric = analysis.lead_metric();
  const Quantity quantity = metric_info(metric).quantity;
  page.add(
      "### What each axis does\n\nEach value over all combinations with the other axes. {} a minute: the "
      "mean, and the lowest and highest.\n\n"
      "| Axis | Value | Variants | {} | Verdicts | Lines lost |\n|---|---|---|---|---|---|\n",
      metric_title(metric), metric_title(metric));
  for (const auto& effect : effects) {
    std::string verdicts;
    for (const auto& [verdict, times] : effect.verdicts)
      verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", times, verdict);
    page.add("| {} | {} | {} | {} ({} to {}) | {} | {} |\n", code(effect.axis), code(effect.value),
             effect.variants, rate_text(quantity, effect.mean_per_min),
             rate_text(quantity, effect.lowest_per_min), rate_text(quantity, effect.highest_per_min),
             verdicts, share_text(effect.lost_share, 1));
  }
  page.add("\n");
}

}  // namespace leakrig::markdown
