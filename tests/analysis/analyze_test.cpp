#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"
#include "harness/analysis/analyze.h"
#include "harness/analysis/metrics.h"
#include "harness/report/result_json.h"
#include "harness/core/run_record.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

using nlohmann::json;

RunRecord two_variants() {
  RunRecord record;
  record.scenario = json::parse(R"({"name":"s","variants":{"a":{},"b":{}},"baseline":"a",
    "expect":{"a":{"threads":"leak"},"b":{"threads":"leak","versus_baseline":"identical"}}})");
  record.variants = {VariantBuilder("a").threads(128, 32).build(),
                     VariantBuilder("b").threads(130, 32).build()};
  return record;
}

TEST(Analyze, AnotherStartTimeBeginsAnotherLife) {
  std::vector<Sample> samples;
  for (int i = 0; i < 6; ++i) {
    Sample sample;
    sample.t_s = sample.due_s = 60 * i;
    sample.values = {{"goroutines", 100 + i % 3},
                     {"process_start_time_seconds", i < 3 ? 1.7e9 + 0.01 * i : 1.7e9 + 180}};
    samples.push_back(sample);
  }
  EXPECT_EQ(series_of(samples, "goroutines", Span::measured).life_starts, std::vector<double>{3});
}

TEST(Analyze, APlantedLeakIsALeakAndItsCleanTwinIsStable) {
  RunRecord record;
  record.scenario = json::parse(R"({"name":"s","variants":{"leaking":{},"clean":{}},"expect":{"leaking":{"threads":"leak"}}})");
  record.variants = {VariantBuilder("leaking").threads(128, 32).build(),
                     VariantBuilder("clean").threads(48, 0).build()};
  const Analysis analysis = analyze(record);
  EXPECT_EQ(analysis.variants[0].verdict, MetricVerdict::leak);
  EXPECT_NEAR(analysis.variants[0].metric("threads")->growth.rate_per_min, 32, 0.5);
  EXPECT_NEAR(analysis.variants[0].metric("sockets")->growth.rate_per_min, 16, 0.5);
  EXPECT_EQ(analysis.variants[1].verdict, MetricVerdict::stable);
  EXPECT_EQ(analysis.exit_code, ExitCode::ok);
}

TEST(Analyze, TheTableHasARowAMinute) {
  const Analysis analysis = analyze(two_variants());
  const auto& table = analysis.variants[0].metric("threads")->table;
  ASSERT_EQ(table.size(), 6U);
  EXPECT_EQ(table[0].count, 128);
  EXPECT_EQ(table[5].minute, 5);
  EXPECT_EQ(table[5].growth, 160);
  EXPECT_EQ(table[5].rate_per_min, 32);
}

TEST(Analyze, EqualRatesAreIdentical) {
  const Analysis analysis = analyze(two_variants());
  ASSERT_NE(analysis.comparison("b", "threads"), nullptr);
  EXPECT_EQ(analysis.comparison("b", "threads")->difference.verdict, stats::Comparison::identical);
  EXPECT_TRUE(analysis.passed);
}

TEST(Analyze, AMissedRowSlotIsReadFromItsNeighbour) {
  RunRecord record = two_variants();
  for (auto& sample : record.variants[0].samples) {
    if (sample.due_s == 120) {
      sample.missed = true;
      sample.values.clear();
    }
  }
  const auto analysis = analyze(record);
  EXPECT_EQ(analysis.variants[0].metric("threads")->table.size(), 6U);
  EXPECT_EQ(analysis.variants[0].sampling.missed, 1U);
}

TEST(Analyze, MemoryIsShownButJudgedOnlyWhenExpected) {
  RunRecord record = two_variants();
  for (auto& variant : record.variants) {
    for (auto& sample : variant.samples) sample.values["rss_bytes"] = 5e7 + 4e6 * sample.t_s / 60;
  }
  EXPECT_FALSE(analyze(record).variants[0].metric("rss_bytes")->judged);
  record.scenario["expect"]["a"]["rss_bytes"] = "leak";
  const Analysis analysis = analyze(record);
  EXPECT_TRUE(analysis.variants[0].metric("rss_bytes")->judged);
  EXPECT_EQ(analysis.variants[0].metric("rss_bytes")->verdict, MetricVerdict::leak);
}

TEST(Analyze, ThreadsBesideGoroutinesCountOnlyWhereTheyAreExpected) {
  RunRecord record = two_variants();
  for (auto& sample : record.variants[0].samples) {
    sample.values["goroutines"] = 10;
    sample.values.erase("sockets");
  }
  EXPECT_EQ(analyze(record).variants[0].lead()->name, "threads") << "they leak, and are judged";
  record.scenario.erase("expect");
  const Analysis analysis = analyze(record);
  EXPECT_FALSE(analysis.variants[0].metric("threads")->judged);
  EXPECT_EQ(analysis.variants[0].lead()->name, "goroutines");
  EXPECT_EQ(analysis.variants[0].lead()->verdict, MetricVerdict::stable);
}

TEST(Analyze, NothingSampledIsNotAPass) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {VariantBuilder("a").ended(Outcome::never_ready, "no line").build()};
  const Analysis analysis = analyze(record);
  EXPECT_FALSE(analysis.passed);
  EXPECT_EQ(analysis.exit_code, ExitCode::failed);
  EXPECT_EQ(analyze(RunRecord{}).exit_code, ExitCode::failed);
}

TEST(ResultJson, HasTheDesignsShape) {
  const json result = result_json(analyze(two_variants()));
  EXPECT_EQ(result.at("schema"), "leakrig/result/1");
  const json& threads = result.at("variants").at(0).at("metrics").at("threads");
  EXPECT_EQ(threads.at("table").at(0).at("rate_per_min"), nullptr);
  EXPECT_EQ(threads.at("ci").size(), 2U);
  EXPECT_EQ(result.at("variants").at(0).at("expected"), "leak");
  EXPECT_EQ(result.at("comparisons").at(0).at("reference"), "a");
  EXPECT_EQ(result.at("passed"), true);
}

}  // namespace
}  // namespace leakrig
