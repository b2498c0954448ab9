#include "harness/analysis/analyze.h"
#include "harness/analysis/drain.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/report/result_json.h"
#include "harness/core/run_record.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

/// A run that leaks 32 threads a minute, and a drain of 20 readings at these threads.
RunRecord run_with_drain(double threads_after) {
  RunRecord run;
  run.scenario = nlohmann::json::parse(R"({"name":"s","variants":{"a":{}}})");
  VariantRecord record = VariantBuilder("a").threads(128, 32).build();
  const double end = record.samples.back().due_s;
  for (int i = 0; i < 20; ++i) {
    Sample sample;
    sample.variant = "a";
    sample.drain = true;
    sample.due_s = sample.t_s = end + 2 * i;
    sample.values["threads"] = i < 5 ? 288 : threads_after;
    sample.values["sockets"] = 20 + (sample.values["threads"] - 128) / 2;
    record.drain.push_back(sample);
  }
  run.variants = {record};
  return run;
}

TEST(Drain, WhatStaysIsALeak) {
  const Analysis analysis = analyze(run_with_drain(286));
  const MetricAnalysis& threads = *analysis.variants.at(0).metric("threads");
  EXPECT_EQ(threads.verdict, MetricVerdict::leak);
  ASSERT_TRUE(threads.drain);
  EXPECT_EQ(threads.drain->verdict, stats::Drain::retained);
  EXPECT_NE(threads.growth.reasons.back().find("with the fleet stopped there were still"), std::string::npos);
  EXPECT_FALSE(threads.is_backlog());
  EXPECT_EQ(analysis.variants[0].minutes, analyze(run_with_drain(128)).variants[0].minutes);
}

TEST(Drain, WhatIsGoneWasABacklog) {
  const Analysis analysis = analyze(run_with_drain(129));
  const MetricAnalysis& threads = *analysis.variants.at(0).metric("threads");
  EXPECT_EQ(threads.verdict, MetricVerdict::stable);
  EXPECT_EQ(analysis.variants[0].verdict, MetricVerdict::stable);
  EXPECT_TRUE(threads.is_backlog());
  EXPECT_NE(threads.growth.reasons.front().find("a backlog, not a leak"), std::string::npos);
  EXPECT_NEAR(threads.growth.rate_per_min, 32, 1);
  EXPECT_EQ(result_json(analysis).at("variants").at(0).at("metrics").at("threads").at("drain").at("verdict"),
            "drained");
}

TEST(Drain, ARunWithoutOneIsJudgedAsBefore) {
  RunRecord run = run_with_drain(129);
  run.variants[0].drain.clear();
  const Analysis analysis = analyze(run);
  EXPECT_EQ(analysis.variants.at(0).metric("threads")->verdict, MetricVerdict::leak);
  EXPECT_FALSE(analysis.variants[0].metric("threads")->drain);
}

}  // namespace
}  // namespace leakrig
