#include "harness/analysis/sweep.h"
#include "harness/report/format.h"
#include "harness/report/markdown_page.h"
#include "harness/report/sweep_words.h"

namespace leakrig::markdown {

void sweep(Page& page, const Analysis& analysis) {
  const auto swept = read_sweep(analysis);
  if (!swept) return;
  page.add("## Growth against {}\n\n{}\n\n| {} | {} | Verdict |\n|---|---|---|\n", code(swept->pointer),
           sweep_sentence(*swept), code(swept->name), metric_title(swept->metric));
  for (const auto& point : swept->points) {
    page.add("| {} | {} | **{}** |\n", inline_text(point.text),
             point.metric == nullptr ? "-" : estimate_text(*point.metric), to_string(point.verdict));
  }
  page.add("\n");
}

}  // namespace leakrig::markdown
