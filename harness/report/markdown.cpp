#include "harness/report/audit.h"
#include "harness/report/format.h"
#include "harness/report/markdown_page.h"
#include "harness/report/report.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/status.h"

namespace leakrig {
namespace {

using markdown::Page;

/// Markdown breaks lines itself.
constexpr std::size_t kUnbroken = 4096;

void head(Page& page, const Analysis& analysis) {
  page.add("# {}\n\n", markdown_text(analysis.scenario.title));
  page.add("**Scenario**: {}  \n**Date**: {}  \n**Status**: {} {}\n\n", code(analysis.scenario.name),
           markdown::known(analysis.environment.date), status_icon(analysis.exit_code), status_text(analysis));
  bool first = true;
  for (const auto& line : first_lines(analysis, kUnbroken)) {
    const std::string text = markdown_text(line);
    page.add("{}{}", first ? "" : "  \n",
             first ? "**" + text + "**" : text.substr(text.find_first_not_of(' ')));
    first = false;
  }
  page.add("\n\n---\n\n");
}

}  // namespace

std::string render_markdown(const Analysis& analysis, const RenderOptions& options) {
  if (analysis.audit) return audit_markdown(analysis, options);
  const Sentences sentences = sentences_of(analysis);
  Page page;
  head(page, analysis);
  page.add("## Executive summary\n\n");
  page.list(sentences.summary);
  page.add("\n");
  against_recorded(page, analysis);
  conditions(page, analysis);
  configuration(page, analysis);
  results(page, analysis);
  sweep(page, analysis);
  comparison(page, analysis);
  matrix(page, analysis);
  controls(page, analysis);
  wire(page, analysis);
  growing(page, analysis);
  conclusions(page, analysis, sentences);
  return page.take();
}

}  // namespace leakrig
