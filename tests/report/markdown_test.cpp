#include <gtest/gtest.h>

#include "harness/analysis/analyze.h"
#include "harness/core/run_record.h"
#include "harness/report/format.h"
#include "harness/report/report.h"
#include "tests/support/analysis_builder.h"

namespace leakrig {
namespace {

TEST(Markdown, HasThePartsOfTheOriginalReport) {
  const std::string page = render_markdown(task3_analysis(), {});
  std::size_t at = 0;
  for (const char* part :
       {"# DisableKeepAlives", "**Status**: ✅", "## Executive summary", "## Conditions", "## Configuration",
        "## Results", "```mermaid\nxychart-beta", "| Time | Threads | Growth | Rate/min |",
        "| T+0 | 128 | +0 | - |", "| T+5 | 288 | +160 | **32/min** |", "#### Summary", "## Comparison",
        "## What is growing", "## Analysis", "### Confirmed", "### Ruled out", "## Recommendation"}) {
    const auto found = page.find(part, at);
    ASSERT_NE(found, std::string::npos) << part << " is missing, or not in its place, in\n" << page;
    at = found;
  }
}

TEST(Markdown, HasARowForEachReplicate) {
  const Analysis analysis = analyze(replicates_of({10, 12}));
  const std::string page = render_markdown(analysis, {});
  for (const char* part : {"| Threads, all replicates |", "| Threads, replicate 2 | 100 | 160 | +60 |",
                           "the first of 2 replicates", "| Replicates | 2 of each variant"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part << "\n" << page;
  }
}

TEST(Markdown, SaysWhichControlFailedAndThatTheRestIsNotToBeBelieved) {
  Analysis analysis = task3_analysis();
  ControlAnalysis control;
  control.run.name = "control: planted leak";
  control.metric = "threads";
  control.expected = "leak";
  control.actual = "stable";
  analysis.controls.push_back(control);
  analysis.exit_code = ExitCode::failed;
  const std::string page = render_markdown(analysis, {});
  for (const char* part :
       {"❌ a control failed", "`control: planted leak` **failed**: threads must be leak and is stable",
        "## Controls", "| `control: planted leak` | Threads | - | leak | stable | ❌ |"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part << "\n" << page;
  }
  EXPECT_EQ(render_markdown(task3_analysis(), {}).find("## Controls"), std::string::npos);
}

TEST(Markdown, SaysThatNothingWasSampled) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {VariantBuilder("a").ended(Outcome::never_ready, "no line \"ready\" in 30s").build()};
  const std::string page = render_markdown(analyze(record), {});
  EXPECT_NE(page.find("nothing was sampled (never_ready: no line \"ready\" in 30s)"), std::string::npos) << page;
  EXPECT_NE(page.find("the subject or the rig failed"), std::string::npos);
}

TEST(Markdown, MakesHostileNamesHarmless) {
  RunRecord record;
  record.scenario = {{"name", "s"}, {"title", "<script>alert(1)</script>\n# x"}};
  auto variant = VariantBuilder("a").threads(10, 32).build();
  for (auto& sample : variant.samples) {
    if (!sample.groups.empty())
      sample.groups["thread"]["`|<b>\n\x1b[31m" + std::string(5000, 'x')] = sample.t_s;
  }
  record.variants = {variant};
  for (const auto& render : {&render_markdown, &render_console}) {
    const std::string page = render(analyze(record), {});
    EXPECT_EQ(page.find('\x1b'), std::string::npos);
    EXPECT_EQ(page.find(std::string(200, 'x')), std::string::npos);
  }
  EXPECT_EQ(render_markdown(analyze(record), {}).find("<script>"), std::string::npos);
  EXPECT_EQ(code("a`b|c\nd"), "`a'b/c d`");
}

TEST(Formats, AreFoundByNameAndNamedWhenNot) {
  EXPECT_EQ(report_format("json").render, render_json);
  try {
    report_format("yaml");
    FAIL();
  } catch (const UsageError& e) {
    EXPECT_NE(std::string{e.what()}.find("markdown, json, csv, html, junit, github, openmetrics, console"),
              std::string::npos);
  }
}

TEST(Console, ShowsTheTableAndTheVerdictWithoutMarkdown) {
  const std::string text = render_console(task3_analysis(), {});
  EXPECT_NE(text.find("T+5"), std::string::npos);
  EXPECT_NE(text.find("leak"), std::string::npos);
  EXPECT_EQ(text.find("**"), std::string::npos);
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_NE(render_console(task3_analysis(), {true}).find("\033["), std::string::npos);
}

}  // namespace
}  // namespace leakrig
