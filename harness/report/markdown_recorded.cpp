#include "harness/report/format.h"
#include "harness/report/markdown_page.h"
#include "harness/report/recorded_words.h"

namespace leakrig::markdown {
namespace {

const char* sign_of(RecordedDifference::Verdict verdict) {
  switch (verdict) {
    case RecordedDifference::Verdict::worse:
      return "❌ ";
    case RecordedDifference::Verdict::undecided:
      return "❓ ";
    case RecordedDifference::Verdict::better:
    case RecordedDifference::Verdict::same:
      break;
  }
  return "";
}

}  // namespace

void against_recorded(Page& page, const Analysis& analysis) {
  if (!analysis.against) return;
  page.add(
      "## Against the recorded baseline\n\nRecorded {} in {}. No worse is what stays within the margin.\n\n"
      "| Variant | What | Recorded | Now | Margin | Verdict |\n|---|---|---|---|---|---|\n",
      inline_text(analysis.against->date), code(analysis.against->source));
  for (const auto& d : analysis.against->differences) {
    page.add("| {} | {} | {} | {} | {} | {}**{}** |\n", code(d.variant), code(words::compared(d)), words::recorded(d), words::now(d),
             words::margin(d), sign_of(d.verdict), to_string(d.verdict));
  }
  page.add("\n");
}

}  // namespace leakrig::markdown
