#include "harness/watch/watch_table.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

constexpr std::size_t kWide = 200;

MetricAnalysis metric_of(const char* name, double start, MetricVerdict verdict) {
  MetricAnalysis metric;
  metric.name = metric.unit = name;
  metric.start = start;
  metric.verdict = verdict;
  metric.growth.verdict = verdict == MetricVerdict::leak ? stats::Verdict::leak : stats::Verdict::stable;
  metric.growth.rate_per_min = 12;
  metric.growth.interval = {11, 13, 0.95};
  return metric;
}

VariantAnalysis leaking_sockets() {
  VariantAnalysis variant;
  variant.metrics = {metric_of("threads", 8, MetricVerdict::stable),
                     metric_of("sockets", 20, MetricVerdict::leak)};
  variant.verdict = MetricVerdict::leak;
  variant.lead_metric = "sockets";
  return variant;
}

TEST(WatchTable, ShowsCountsTheirGrowthAndTheMetricThatDecides) {
  Sample sample;
  sample.due_s = 90;
  sample.values = {{"threads", 8}, {"sockets", 1250}};
  const std::string row = watch_row(leaking_sockets(), sample, kWide);
  for (const char* part : {"T+1m30s", "8 +0", "1,250 +1,230", "leak: sockets 12.0/min (95 % 11.0 to 13.0)"}) {
    EXPECT_NE(row.find(part), std::string::npos) << part << " in " << row;
  }
}

TEST(WatchTable, ShowsAGapAsOne) {
  Sample sample;
  sample.values = {{"threads", 8}};
  EXPECT_NE(watch_row(leaking_sockets(), sample, kWide).find(" -  leak"), std::string::npos);
}

TEST(WatchTable, StandsInColumnsUnderItsHead) {
  Sample sample;
  sample.values = {{"threads", 8}, {"sockets", 20}};
  const auto variant = leaking_sockets();
  EXPECT_EQ(watch_head(variant, kWide).find("Verdict"), watch_row(variant, sample, kWide).find("leak"));
}

TEST(WatchTable, InAnOrdinaryTerminalHasTheLeadFirstAndWhatFits) {
  auto variant = leaking_sockets();
  variant.metrics.push_back(metric_of("fds", 30, MetricVerdict::stable));
  variant.metrics.push_back(metric_of("a_gauge_with_a_name_that_is_longer", 1, MetricVerdict::stable));
  Sample sample;
  sample.due_s = 90;
  sample.values = {{"threads", 8}, {"sockets", 1250}, {"fds", 40}};
  EXPECT_EQ(watch_head(variant, 80), "      Time             Sockets             Threads  Verdict so far");
  EXPECT_EQ(watch_row(variant, sample, 80), "   T+1m30s        1,250 +1,230                8 +0  leak 12.0/min");
  for (const std::size_t width : {40U, 60U, 80U, 100U, 132U}) {
    EXPECT_LE(watch_head(variant, width).size(), std::max<std::size_t>(width, 46));
    EXPECT_LE(watch_row(variant, sample, width).size(), std::max<std::size_t>(width, 46));
  }
}

TEST(WatchTable, KeepsControlCharactersOfNamesOffTheTerminal) {
  auto variant = leaking_sockets();
  variant.metrics.front().name = "evil\033[2J";
  EXPECT_EQ(watch_head(variant, kWide).find('\033'), std::string::npos);
}

}  // namespace
}  // namespace leakrig
