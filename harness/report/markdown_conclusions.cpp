#include "harness/report/expectation_words.h"
#include "harness/report/format.h"
#include "harness/report/markdown_page.h"

namespace leakrig::markdown {

void conclusions(Page& page, const Analysis& analysis, const Sentences& sentences) {
  page.add("## Analysis\n\n");
  const auto part = [&](const char* title, const std::vector<std::string>& items) {
    if (items.empty()) return;
    page.add("### {}\n\n", title);
    page.list(items);
    page.add("\n");
  };
  part("Confirmed", sentences.confirmed);
  part("Ruled out", sentences.ruled_out);
  part("Not decided", sentences.open);

  page.add("### Expectations\n\n| Variant | What | Expected | Measured | Held |\n|---|---|---|---|---|\n");
  for (const auto& variant : analysis.variants) {
    for (const auto& e : variant.expectations) {
      page.add("| {} | {} | {} | {} | {} |\n", code(variant.name), code(e.what), expected_text(e), actual_text(e),
               e.held ? "✅" : "❌");
    }
  }
  page.add("\n## Recommendation\n\n");
  if (sentences.recommendations.empty()) page.add("None: the numbers carry none.\n");
  page.list(sentences.recommendations);
}

}  // namespace leakrig::markdown
