#include "harness/analysis/analyze.h"
#include "harness/report/html.h"

#include <gtest/gtest.h>

#include "harness/report/page_data.h"
#include "harness/report/report.h"
#include "tests/support/analysis_builder.h"
#include "tests/support/hostile.h"

namespace leakrig {
namespace {

/// As much of everything as an analysis can have, with names that are as long in JSON as they get.
Analysis enormous() {
  const std::string name(4096, '<');
  Analysis analysis;
  analysis.scenario.name = analysis.scenario.title = name;
  for (int v = 0; v < 60; ++v) {
    VariantAnalysis variant;
    variant.name = "v" + std::to_string(v) + name;
    for (int m = 0; m < 8; ++m) {
      MetricAnalysis metric;
      metric.name = "m" + std::to_string(m) + name;
      for (int i = 0; i < 400; ++i) metric.plot.push_back({i / 3.0, i * 1234.567});
      for (int i = 0; i < 1000; ++i) metric.table.push_back({i / 3.0, i * 1234.567, i * 1000.123, i});
      variant.metrics.push_back(std::move(metric));
    }
    for (int i = 0; i < 300; ++i) {
      AttributionRow row;
      row.kind = "thread";
      row.name = row.function = row.file = name;
      variant.attribution.push_back(std::move(row));
    }
    for (std::size_t l = 0; l < OrphanTimeline::kMostLanes; ++l) {
      ContainerLane lane{name, name, 30, 30, {}};
      for (int i = 0; i < 30; ++i) lane.spans.push_back({i * 1.234, i * 2.345, i * 3.456});
      variant.timeline.lanes.push_back(std::move(lane));
    }
    analysis.variants.push_back(std::move(variant));
  }
  return analysis;
}

TEST(Html, StaysBelowItsSizeWhateverWasMeasured) {
  const std::string page = render_html(enormous(), {});
  EXPECT_LT(page.size(), kLargestPage);
  EXPECT_NE(page.find("</html>"), std::string::npos);
}

TEST(Html, AsksForNothing) {
  const std::string page = render_html(task3_analysis(), {});
  for (const char* reference : {"src=\"", "href=\"http", "url(", "@import", "@DATA@", "@POLICY@"}) {
    EXPECT_EQ(page.find(reference), std::string::npos) << reference;
  }
  EXPECT_NE(page.find("connect-src 'none'"), std::string::npos);
}

TEST(Html, NamesCannotEndTheDataTheyAreIn) {
  const std::string page = render_html(analyze(hostile_record()), {});
  std::size_t scripts = 0;
  for (auto at = page.find("</script"); at != std::string::npos; at = page.find("</script", at + 1))
    ++scripts;
  EXPECT_EQ(scripts, 3U);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_EQ(page.find("<svg onload"), std::string::npos);
}

TEST(Html, AllowsItselfItsOwnScriptsAndNoOthers) {
  const std::string page = render_html(task3_analysis(), {});
  const auto policy = page.substr(page.find("script-src"), 200);
  std::size_t hashes = 0;
  for (auto at = policy.find("'sha256-"); at != std::string::npos; at = policy.find("'sha256-", at + 1))
    ++hashes;
  EXPECT_GE(hashes, 2U);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
}

TEST(PageData, HasEveryVariantOfEveryMetricInPlace) {
  const auto data = page_data(task3_analysis());
  ASSERT_EQ(data["variants"].size(), 2U);
  for (const auto& variant : data["variants"]) {
    EXPECT_EQ(variant["metrics"].size(), data["metrics"].size());
    EXPECT_EQ(variant["costs"].size(), data["costs"].size());
  }
  EXPECT_EQ(data["comparisons"][0]["metric"], 0);
}

}  // namespace
}  // namespace leakrig
