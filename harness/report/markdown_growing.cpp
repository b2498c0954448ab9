#include "harness/report/markdown_page.h"

#include <algorithm>

#include "harness/core/units.h"
#include "harness/report/format.h"
#include "harness/report/words.h"

namespace leakrig::markdown {

void growing(Page& page, const Analysis& analysis) {
  constexpr std::size_t kMostRows = 8;
  page.add("## What is growing\n\n");
  bool any = false;
  for (const auto& variant : analysis.variants) {
    if (variant.attribution.empty() && variant.orphans.empty()) continue;
    any = true;
    if (!variant.attribution.empty()) {
      const bool any_blocked =
          std::any_of(variant.attribution.begin(), variant.attribution.end(),
                      [](const AttributionRow& row) { return row.waited_min > 0 || row.proven_blocked > 0; });
      page.add("| In {} | Kind | Growth | Rate | Share |{}\n|---|---|---|---|---|{}\n", code(variant.name),
               any_blocked ? " Blocked for up to |" : "", any_blocked ? "---|" : "");
      for (std::size_t i = 0; i < std::min(kMostRows, variant.attribution.size()); ++i) {
        const auto& row = variant.attribution[i];
        const std::string interval =
            row.ci ? fmt::format(" ({} to {})", signed_text((*row.ci)[0]), signed_text((*row.ci)[1])) : "";
        // The end of a stack's name is its file and line.
        const std::string blocked = words::blocked(row.waited_min, row.proven_blocked);
        page.add("| {} | {} | {:+.0f} | {}/min{} | {} |{}\n", code(row.name, 200), row.kind, row.growth,
                 signed_text(row.rate_per_min), interval,
                 row.share == 0 ? "-" : share_text(row.share),
                 any_blocked ? fmt::format(" {} |", blocked.empty() ? "-" : blocked) : "");
      }
      page.add("\n");
    }
    if (!variant.orphans.empty()) {
      page.add(
          "| Open at the fake Docker ({}) | At T+0 | At the end | Superseded | Left open a minute | Oldest | "
          "By "
          "replacements |\n|---|---|---|---|---|---|---|\n",
          code(variant.name));
      for (const auto& row : variant.orphans) {
        const std::string interval =
            row.ci ? fmt::format(" ({:.1f} to {:.1f})", (*row.ci)[0], (*row.ci)[1]) : "";
        page.add("| {} | {} | {} | {} | {}/min{} | {} | {} |\n", code(row.request), row.open_at_start,
                 row.open_at_end, row.count, signed_text(row.rate_per_min), interval,
                 row.count == 0 ? "-" : humanize_duration(from_seconds(row.oldest_s)),
                 row.replaced == 0 ? "-"
                                   : fmt::format("{}: {} of {} left open", stats::to_string(row.verdict),
                                                 row.orphaned, row.replaced));
      }
      page.add("\n");
    }
  }
  if (!any) page.add("Nothing.\n\n");
}

}  // namespace leakrig::markdown
