#include "harness/report/format.h"
#include "harness/report/markdown_page.h"
#include "harness/report/report.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/status.h"

namespace leakrig {
namespace {

using markdown::Page;

/// Of the first lines, which stand as they are printed.
constexpr std::size_t kWidth = 100;

void head(Page& page, const Analysis& analysis) {
  page.add("# {}\n\n", markdown_text(analysis.scenario.value(
                           "title", analysis.scenario.value("name", "leakrig report"))));
  page.add("**Scenario**: {}  \n**Date**: {}  \n**Status**: {} {}\n\n---\n\n",
           code(analysis.scenario.value("name", "")), markdown::env_text(analysis, "date"),
           status_icon(analysis.exit_code), status_text(analysis));
}

}  // namespace

std::string render_markdown(const Analysis& analysis, const RenderOptions&) {
  const Sentences sentences = sentences_of(analysis);
  Page page;
  head(page, analysis);
  page.add("## Executive summary\n\n");
  for (const auto& line : first_lines(analysis, kWidth)) page.add("    {}\n", line);
  page.add("\n");
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
