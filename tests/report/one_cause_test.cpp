// One cause is one finding, one annotation, one summary bullet, and is told of as one in every format for people.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/analysis/analyze.h"
#include "harness/analysis/findings.h"
#include "harness/core/run_record.h"
#include "harness/report/page_data.h"
#include "harness/report/report.h"
#include "harness/report/sentences.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

struct Case {
  const char* name;
  const char* lead;                   ///< the metric that leads
  const char* title;                  ///< as its annotation names it
  std::vector<const char*> grow;      ///< what grows in step, the lead among it
  std::size_t causes = 1;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

/// Unexpected growth of what is named, of nothing else.
Analysis analysis_of(const Case& c) {
  VariantRecord variant = VariantBuilder("a").threads(48, 0).delivered(1000, 0).build();
  for (auto& sample : variant.samples) {
    const double grown = std::floor(16 * (sample.t_s + 60) / 60 + 1e-9);
    sample.values["fds"] = 45;
    sample.values["rss_bytes"] = 3e7;
    for (const std::string metric : c.grow) sample.values[metric] += metric == "rss_bytes" ? grown * 524288 : grown;
  }
  RunRecord record;
  record.scenario = nlohmann::json::parse(R"({"name":"s","analysis":{"also_judge":["rss_bytes"]}})");
  record.variants = {variant};
  return analyze(record);
}

std::size_t times(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++count;
  return count;
}

class OneCause : public testing::TestWithParam<Case> {};

TEST_P(OneCause, IsToldOnceInEveryFormat) {
  const auto& c = GetParam();
  const Analysis analysis = analysis_of(c);
  const auto leaks = leaks_of(analysis.variants.at(0));
  ASSERT_EQ(leaks.size(), c.causes);
  EXPECT_EQ(leaks[0].lead.metric, c.lead);
  EXPECT_EQ(leaks[0].in_step.size() + 1, c.causes == 1 ? c.grow.size() : 1);

  const std::string github = render_github(analysis, {});
  EXPECT_EQ(times(github, "::error "), c.causes) << github;
  EXPECT_NE(github.find(std::string{"::"} + c.title + ": expected stable, is leak"), std::string::npos) << github;

  EXPECT_EQ(sentences_of(analysis).summary.size(), c.causes);
  const std::string bullet = "\n- `a`: **leak**. " + std::string{c.title} + " went from";
  const std::string markdown = render_markdown(analysis, {});
  EXPECT_EQ(times(markdown, "\n- `a`: **leak**."), c.causes);
  EXPECT_NE(markdown.find(bullet), std::string::npos) << markdown;
  EXPECT_LT(markdown.find(fmt::format("#### {} growth", c.title)), markdown.find("#### Threads growth") + 1)
      << "the table of what grows is the first";
  EXPECT_EQ(markdown.find("Nothing to change"), std::string::npos);

  const std::string console = render_console(analysis, {});
  EXPECT_TRUE(console.starts_with("LEAK  ")) << console;
  EXPECT_EQ(times(console, "  - a: leak."), c.causes) << console;
  EXPECT_EQ(page_data(analysis).at("findings").at("summary").size(), c.causes);

  const std::string junit = render_junit(analysis, {});
  EXPECT_EQ(times(junit, ": one leak"), leaks[0].in_step.size()) << "the others point at the one that leads: " << junit;
  EXPECT_EQ(times(junit, "<failure "), c.grow.size()) << "each metric is a test case of its own";
}

INSTANTIATE_TEST_SUITE_P(Leaks, OneCause,
                         testing::Values(Case{"descriptors", "fds", "File descriptors", {"fds"}},
                                         Case{"sockets", "sockets", "Sockets", {"sockets", "fds"}},
                                         Case{"memory", "rss_bytes", "Resident memory", {"rss_bytes"}},
                                         Case{"threads", "threads", "Threads", {"threads", "sockets", "fds"}}),
                         [](const auto& c) { return std::string{c.param.name}; });

}  // namespace
}  // namespace leakrig
