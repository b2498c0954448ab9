#include "harness/analysis/analyze.h"
#include "harness/analysis/recorded.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/analysis/cost_catalogue.h"
#include "harness/analysis/recorded_file.h"
#include "harness/report/recorded_words.h"
#include "harness/report/result_json.h"
#include "harness/core/run_record.h"
#include "tests/support/analysis_builder.h"

namespace leakrig {
namespace {

using nlohmann::json;

RunRecord run_of(VariantRecord variant, const json& more = json::object()) {
  RunRecord record;
  record.scenario = json::parse(
      R"({"name":"s","variants":{"a":{}},"sampling":{"duration":"5m"},"fleet":{"containers":8}})");
  record.scenario.merge_patch(more);
  record.environment = {{"host", "x"}, {"cpus", 2}, {"date", "2025-11-06T10:00:00Z"}};
  record.variants = {std::move(variant)};
  return record;
}

VariantRecord steady() {
  return VariantBuilder("a").threads(100, 0).streams(20, 5).delivered(1000, 0).build();
}

json recorded(const RunRecord& record) {
  return baseline_of(result_json(analyze(record)), false);
}

Analysis held(const RunRecord& now, const json& before, const CostMargins& margins = {}) {
  Analysis analysis = analyze(now);
  hold_against(analysis, compare_with_recorded(analysis, before, "baselines/s.json", margins));
  return analysis;
}

const RecordedDifference* difference(const Analysis& analysis, const std::string& what) {
  for (const auto& d : analysis.against->differences) {
    if (words::compared(d) == what) return &d;
  }
  return nullptr;
}

std::string worse_things(const Analysis& analysis) {
  std::string text;
  for (const auto& d : analysis.against->differences) {
    if (d.verdict == RecordedDifference::Verdict::worse) text += (text.empty() ? "" : ", ") + words::compared(d);
  }
  return text;
}

TEST(Recorded, TheSameAgainPasses) {
  const Analysis analysis = held(run_of(steady()), recorded(run_of(steady())));
  EXPECT_EQ(worse_things(analysis), "");
  EXPECT_EQ(analysis.exit_code, ExitCode::ok);
}

TEST(Recorded, ALeakFailsAndIsNamedWithItsGroup) {
  const Analysis analysis =
      held(run_of(VariantBuilder("a").threads(100, 32).streams(20, 5).delivered(1000, 0).build()),
           recorded(run_of(steady())));
  EXPECT_EQ(worse_things(analysis), "threads, sockets, group thread readLoop");
  EXPECT_EQ(analysis.exit_code, ExitCode::expectation_failed);
  EXPECT_EQ(words::recorded(*difference(analysis, "threads")), "stable 0.0/min");
  EXPECT_EQ(words::now(*difference(analysis, "threads")), "leak 32.0/min");
}

TEST(Recorded, ALeakThatIsOnRecordIsKnownUntilItGetsWorse) {
  const auto leak = [](double rate) {
    return run_of(VariantBuilder("a").threads(100, rate).delivered(1000, 0).build());
  };
  EXPECT_EQ(analyze(leak(32)).exit_code, ExitCode::expectation_failed);
  EXPECT_EQ(held(leak(32), recorded(leak(32))).exit_code, ExitCode::ok);
  EXPECT_EQ(held(leak(33), recorded(leak(32))).exit_code, ExitCode::ok) << "within 10 %";
  const Analysis worse = held(leak(48), recorded(leak(32)));
  EXPECT_EQ(worse.exit_code, ExitCode::expectation_failed);
  EXPECT_EQ(words::margin(*difference(worse, "threads")), "+3.2/min");
  EXPECT_EQ(held(leak(0), recorded(leak(32))).exit_code, ExitCode::ok) << "better is no failure";
}

TEST(Recorded, AGroupThatDidNotGrowBeforeFails) {
  const auto named = [](const char* name) {
    auto variant = VariantBuilder("a").threads(100, 32).delivered(1000, 0).build();
    for (auto& sample : variant.samples) {
      if (sample.groups.empty()) continue;
      auto& threads = sample.groups["thread"];
      threads[name] = threads["readLoop"];
      threads.erase("readLoop");
    }
    return run_of(std::move(variant));
  };
  EXPECT_EQ(worse_things(held(named("writeLoop"), recorded(named("readLoop")))), "group thread writeLoop");
  EXPECT_EQ(worse_things(held(named("main.read main.go:43"), recorded(named("main.read main.go:42")))), "");
}

TEST(Recorded, LostLinesFail) {
  const auto lossy = [](std::uint64_t lost) {
    return run_of(VariantBuilder("a").threads(100, 0).delivered(1000, lost).build());
  };
  EXPECT_EQ(worse_things(held(lossy(1), recorded(lossy(0)))), "lines lost");
  EXPECT_EQ(worse_things(held(lossy(100), recorded(lossy(100)))), "");
  EXPECT_EQ(worse_things(held(lossy(120), recorded(lossy(100)))), "lines lost");
}

TEST(Recorded, AHigherCostFailsBeyondItsMargin) {
  const auto every = [](double seconds) {
    return run_of(VariantBuilder("a").threads(100, 0).streams(seconds, 1).delivered(1000, 0).build());
  };
  EXPECT_EQ(worse_things(held(every(5), recorded(every(10)))), "requests/min");
  EXPECT_EQ(worse_things(held(every(9.5), recorded(every(10)))), "");
  CostMargins wide;
  wide.requests_percent = 150;
  EXPECT_EQ(worse_things(held(every(5), recorded(every(10)), wide)), "");
}

void expect_refused(const json& before, const RunRecord& now, const std::string& why) {
  try {
    require_comparable(before, scenario_of(now), "baselines/s.json");
    FAIL() << "compared, though " << why;
  } catch (const UsageError& e) {
    EXPECT_NE(std::string{e.what()}.find(why), std::string::npos) << e.what();
    EXPECT_NE(std::string{e.what()}.find("baselines/s.json"), std::string::npos);
  }
}

TEST(Recorded, OtherConditionsAreNotComparable) {
  const json before = recorded(run_of(steady()));
  expect_refused(before, run_of(steady(), {{"fleet", {{"containers", 9}}}}),
                 "/fleet/containers was 8 and is 9");
  expect_refused(before, run_of(steady(), {{"sampling", {{"time_scale", 30}}}}),
                 "/sampling/time_scale was 60 and is 30");
  expect_refused(before, run_of(steady(), {{"name", "other"}}),
                 "it is of scenario \"s\", and this is \"other\"");
  expect_refused(before, run_of(steady(), {{"variants", {{"a", nullptr}, {"b", json::object()}}}}),
                 "a variant \"a\" that the scenario no longer has");
  expect_refused(before, run_of(steady(), {{"analysis", {{"tolerance_per_min", 5}}}}),
                 "/tolerance_per_min was 2.0 and is 5");
  expect_refused({{"schema", "x"}}, run_of(steady()), "not a result of leakrig");
  EXPECT_NO_THROW(require_comparable(
      before,
      scenario_of(run_of(
          steady(), {{"sampling", {{"duration", "300s"}}}, {"subject", {{"collector", json::object()}}}})),
      "b"));
}

TEST(Recorded, WhatWasNotDecidedOrNotFinishedIsNoBaseline) {
  json result = result_json(analyze(run_of(steady())));
  EXPECT_NO_THROW(baseline_of(result, false));
  result["variants"][0]["metrics"]["threads"]["verdict"] = "inconclusive";
  EXPECT_THROW(baseline_of(result, false), Error);
  EXPECT_NO_THROW(baseline_of(result, true));
  result["variants"][0]["outcome"] = "died";
  EXPECT_THROW(baseline_of(result, true), Error);
}

TEST(Recorded, ABaselineIsItsOwnBaseline) {
  const json once = recorded(run_of(steady()));
  EXPECT_EQ(baseline_of(once, false)["variants"][0]["metrics"], once["variants"][0]["metrics"]);
}

TEST(Recorded, NamesLoseWhatChangesFromRunToRun) {
  EXPECT_EQ(lasting_name("unix established to /tmp/leakrig-q8Kzz1/docker.sock"),
            "unix established to /tmp/leakrig/docker.sock");
  EXPECT_EQ(lasting_name("main.read app/main.go:42"), "main.read app/main.go");
  EXPECT_EQ(lasting_name("at 0xc000012"), "at 0x");
}

}  // namespace
}  // namespace leakrig
