#include "harness/analysis/metrics.h"

#include <gtest/gtest.h>

#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

std::vector<MetricAnalysis> metrics_of(const VariantRecord& record, const std::vector<std::string>& expected = {}) {
  return analyze_metrics(record, AnalysisOptions{}, expected, false);
}

const MetricAnalysis* find(const std::vector<MetricAnalysis>& metrics, const std::string& name) {
  for (const auto& metric : metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

TEST(Metrics, MemoryIsShownAndJudgedOnRequestOnly) {
  VariantRecord record = VariantBuilder("a").threads(100, 0).build();
  for (auto& sample : record.samples) sample.values["rss_bytes"] = 4e7 + 2e7 * (sample.t_s + 60) / 60;
  const auto shown = metrics_of(record);
  ASSERT_NE(find(shown, "rss_bytes"), nullptr);
  EXPECT_FALSE(find(shown, "rss_bytes")->judged);
  const auto asked = metrics_of(record, {"rss_bytes"});
  EXPECT_TRUE(find(asked, "rss_bytes")->judged);
  EXPECT_EQ(find(asked, "rss_bytes")->verdict, MetricVerdict::leak);
  EXPECT_EQ(find(asked, "rss_bytes")->tolerance_per_min, 1 << 20);
}

TEST(Metrics, ThreadsAreNotJudgedBesideGoroutines) {
  VariantRecord record = VariantBuilder("a").threads(100, 0).build();
  EXPECT_TRUE(find(metrics_of(record), "threads")->judged);
  for (auto& sample : record.samples) sample.values["goroutines"] = 50;
  EXPECT_FALSE(find(metrics_of(record), "threads")->judged);
}

TEST(Metrics, WhatIsContextHasNoRow) {
  const auto metrics = metrics_of(VariantBuilder("a").threads(100, 0).build());
  EXPECT_EQ(find(metrics, "containers"), nullptr);
  EXPECT_NE(find(metrics, "sockets"), nullptr);
}

TEST(Metrics, StartIsAtTPlusZeroWhateverTheWarmUpHad) {
  VariantRecord record = VariantBuilder("a").threads(100, 0).build();
  for (auto& sample : record.samples) {
    if (sample.due_s < 0) sample.values["threads"] = 7;
  }
  const auto metrics = metrics_of(record);
  EXPECT_EQ(find(metrics, "threads")->start, 100);
  EXPECT_EQ(find(metrics, "threads")->verdict, MetricVerdict::stable);
}

TEST(Metrics, GrowthThatStopsIsCappedWhereLinesAreLost) {
  MetricAnalysis metric;
  metric.growth.verdict = stats::Verdict::stable;
  metric.growth.plateau_from_minutes = 2;
  EXPECT_EQ(verdict_of(metric, true), MetricVerdict::capped);
  EXPECT_EQ(verdict_of(metric, false), MetricVerdict::stable);
  metric.growth.plateau_from_minutes.reset();
  EXPECT_EQ(verdict_of(metric, true), MetricVerdict::stable) << "it never grew";
}

TEST(Metrics, ATypedScenarioWithoutTolerancesHasTheEngines) {
  const AnalysisOptions options = analysis_options(leakrig::Setup{});
  EXPECT_EQ(options.tolerance_per_min, 2);
  EXPECT_EQ(options.memory_tolerance_per_min, 1048576);
  leakrig::Setup setup;
  setup.analysis.tolerance_per_min = 5;
  setup.sampling.resolution = std::chrono::seconds{7};
  EXPECT_EQ(analysis_options(setup).tolerance_per_min, 5);
  EXPECT_EQ(analysis_options(setup).resolution_s, 7);
}

}  // namespace
}  // namespace leakrig
