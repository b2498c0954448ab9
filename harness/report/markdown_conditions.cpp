#include "harness/report/markdown_page.h"

#include "harness/report/condition_words.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"

namespace leakrig::markdown {

std::string known(const std::string& text) { return text.empty() ? "unknown" : markdown_text(text); }

void conditions(Page& page, const Analysis& analysis) {
  page.add("## Conditions\n\n| Condition | Value |\n|---|---|\n");
  for (const auto& [condition, value] : condition_texts(analysis))
    page.add("| {} | {} |\n", condition, markdown_text(value));
  page.add("\n");

  page.add(
      "| Variant | Readings | Missed | Latest reading | Rig threads | Rig fds | Rig CPU "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const auto& variant : analysis.variants) {
    const auto& q = variant.sampling;
    page.add("| {} | {} | {} | {:.1f} ms late | {:.0f} | {:.0f} | {:.2f} s |\n", code(variant.name),
             q.taken(), q.missed, q.latest_ms, q.rig_threads, q.rig_fds, q.rig_cpu_s);
  }
  page.add("\n");
}

void configuration(Page& page, const Analysis& analysis) {
  page.add("## Configuration\n\n");
  for (const auto& variant : analysis.variants) {
    const auto& changes = variant.changes;
    page.add("### {}{}\n\n", code(variant.name),
             variant.name == analysis.reference && analysis.variants.size() > 1 ? " (reference)" : "");
    if (changes.empty()) {
      page.add("The scenario as it stands.\n\n");
      continue;
    }
    page.add("| Option | Before | After |\n|---|---|---|\n");
    for (const auto& change : changes)
      page.add("| {} | {} | {} |\n", code(change.option), code(change.before), code(change.after));
    page.add("\n");
  }
}

}  // namespace leakrig::markdown
