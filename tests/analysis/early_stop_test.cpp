#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"
#include "harness/analysis/analyze.h"
#include "harness/core/run_record.h"
#include "harness/stats/sequential.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

/// A run of five minutes planned that was judged at this look of twenty; readings until two seconds after it.
VariantRecord at_look(double rate, int look) {
  VariantRecord record = VariantBuilder("a").threads(128, rate).build();
  record.look = Look{look, 20, look * 15.0, 4};
  std::erase_if(record.samples, [&](const Sample& s) { return s.due_s > look * 15 + 2; });
  return record;
}

RunRecord run_of(const VariantRecord& variant) {
  RunRecord record;
  record.scenario =
      nlohmann::json::parse(R"({"name":"s","variants":{"a":{}},"expect":{"a":{"threads":"leak"}}})");
  record.variants = {variant};
  return record;
}

TEST(EarlyStop, TheReportsVerdictIsTheLooks) {
  for (const double rate : {0.0, 3.0, 6.0, 32.0, 100.0}) {
    for (int look = 4; look <= 20; ++look) {
      VariantRecord record = at_look(rate, look);
      const RunRecord run = run_of(record);
      std::erase_if(record.samples, [&](const Sample& s) { return s.due_s > look * 15; });
      const bool sure = is_sure_of_leak(scenario_of(run), record, "a");
      const Analysis analysis = analyze(run);
      EXPECT_EQ(sure, analysis.variants[0].lead()->verdict == MetricVerdict::leak) << rate << " at " << look;
    }
  }
}

TEST(EarlyStop, ALeakOf32IsSureWithinAMinuteAndNoLeakNever) {
  EXPECT_TRUE(is_sure_of_leak(scenario_of(run_of({})), at_look(32, 4), "a"));
  for (int look = 4; look <= 20; ++look) {
    EXPECT_FALSE(is_sure_of_leak(scenario_of(run_of({})), at_look(0, look), "a"));
  }
}

TEST(EarlyStop, ACycleThatOnlyComesBackToWhereItHasBeenIsNoLeak) {
  // Up by 32 in each minute and back again: after one minute no different from a leak, but for the warm-up.
  VariantRecord record = at_look(32, 4);
  for (auto& sample : record.samples) {
    if (sample.due_s < 0) sample.values["threads"] += 32;
  }
  EXPECT_FALSE(is_sure_of_leak(scenario_of(run_of({})), record, "a"));
}

TEST(EarlyStop, CountsNoReadingAfterTheLookAndKeepsItsConfidence) {
  const Analysis analysis = analyze(run_of(at_look(32, 4)));
  const MetricAnalysis& threads = *analysis.variants.at(0).metric("threads");
  EXPECT_EQ(analysis.variants[0].minutes, 1);
  EXPECT_EQ(threads.table.size(), 2U);
  EXPECT_EQ(threads.growth.confidence, stats::at_look({}, 4, 20, 4).confidence);
  EXPECT_EQ(analysis.exit_code, ExitCode::ok);
}

}  // namespace
}  // namespace leakrig
