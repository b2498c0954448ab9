#include "harness/analysis/audit.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/analysis/analyze.h"
#include "harness/core/metrics.h"

namespace leakrig {
namespace {

/// A rest: so many occurrences until then, and threads with what they are.
Sample rest_of(double occurrences, double t_s, double threads, const std::string& grows = "worker") {
  Sample sample;
  sample.t_s = sample.due_s = t_s;
  sample.values = {{metric::kLoadCount, occurrences}, {metric::kThreads, threads}, {metric::kSockets, 9}};
  sample.groups["thread"] = {{"main", 1}, {grows, threads - 1}};
  return sample;
}

VariantRecord stimulus_of(const std::string& name, double residue, double start = 10) {
  VariantRecord record;
  record.name = name;
  record.outcome = Outcome::completed;
  record.audit = AuditFacts{};
  for (int i = 0; i < 4; ++i) record.samples.push_back(rest_of(0, i, start));
  for (int i = 1; i <= 12; ++i) record.samples.push_back(rest_of(i, 3 + i, start + residue * i));
  record.samples.push_back(rest_of(12, 16, start + residue * 12));
  return record;
}

RunRecord record_of(std::vector<VariantRecord> variants) {
  RunRecord record;
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& variant : variants)
    rows.push_back({{"name", variant.name}, {"family", "answers"}, {"event", "`GET /info` answers 500"}});
  record.scenario = {{"name", "audit"}, {"audit", {{"occurrences", 12}, {"stimuli", rows}}}};
  record.variants = std::move(variants);
  return record;
}

TEST(Audit, ACleanSubjectIsClean) {
  const auto analysis = analyze(record_of({stimulus_of("time", 0), stimulus_of("info-500", 0)}));
  ASSERT_TRUE(analysis.audit);
  EXPECT_EQ(analysis.audit->row("info-500")->verdict, AuditVerdict::clean);
  EXPECT_EQ(analysis.exit_code, ExitCode::ok);
}

TEST(Audit, WhatStaysAtEachOccurrenceIsALeakWithItsMakeUp) {
  const auto analysis = analyze(record_of({stimulus_of("time", 0), stimulus_of("info-500", 2)}));
  const auto* row = analysis.audit->row("info-500");
  ASSERT_EQ(row->verdict, AuditVerdict::leak);
  ASSERT_EQ(row->leaking().size(), 1U);
  EXPECT_EQ(row->leaking().front()->metric, "threads");
  EXPECT_NEAR(row->leaking().front()->residue.per_occurrence, 2, 1e-9);
  EXPECT_EQ(analysis.exit_code, ExitCode::expectation_failed);
  const auto* variant = analysis.variant("info-500");
  ASSERT_FALSE(variant->attribution.empty());
  EXPECT_EQ(variant->attribution.front().name, "worker");
  EXPECT_EQ(analysis.audit->worst(), row);
}

TEST(Audit, WhatTimeAddsIsTheTwinsLeakAndNobodyElses) {
  const auto analysis = analyze(record_of({stimulus_of("time", 1), stimulus_of("info-500", 1)}));
  EXPECT_EQ(analysis.audit->row("time")->verdict, AuditVerdict::leak);
  EXPECT_EQ(analysis.audit->row("info-500")->verdict, AuditVerdict::clean);
}

TEST(Audit, WhatHasGoneByTheLastRestHasNotLeaked) {
  auto late = stimulus_of("info-500", 2);
  late.samples.back() = rest_of(12, 30, 10);
  const auto analysis = analyze(record_of({stimulus_of("time", 0), late}));
  EXPECT_EQ(analysis.audit->row("info-500")->verdict, AuditVerdict::clean);
}

TEST(Audit, WhatIsNotBackDoesNotRecover) {
  auto lost = stimulus_of("info-500", 0);
  lost.audit->recovered = false;
  lost.audit->missing = "3 of 8 log streams";
  const auto analysis = analyze(record_of({stimulus_of("time", 0), lost}));
  EXPECT_EQ(analysis.audit->row("info-500")->verdict, AuditVerdict::does_not_recover);
  EXPECT_EQ(analysis.exit_code, ExitCode::expectation_failed);
}

TEST(Audit, ADeadSubjectDoesNotRecover) {
  auto dead = stimulus_of("info-500", 0);
  dead.outcome = Outcome::died;
  const auto analysis = analyze(record_of({stimulus_of("time", 0), dead}));
  EXPECT_EQ(analysis.audit->row("info-500")->verdict, AuditVerdict::does_not_recover);
}

TEST(Audit, ALoopInTheEndDoesNotRecover) {
  auto busy = stimulus_of("info-500", 0);
  busy.audit->cpu_after = 1;
  EXPECT_TRUE(analyze(record_of({stimulus_of("time", 0), busy})).audit->row("info-500")->spins);
}

TEST(Audit, ARetryStormDoesNotRecover) {
  auto storm = stimulus_of("info-500", 0);
  storm.audit->storms = true;
  const auto analysis = analyze(record_of({stimulus_of("time", 0), storm}));
  EXPECT_EQ(analysis.audit->row("info-500")->verdict, AuditVerdict::does_not_recover);
}

TEST(Audit, NothingMetDecidesNothing) {
  VariantRecord unmet;
  unmet.name = "info-500";
  unmet.outcome = Outcome::completed;
  unmet.audit = AuditFacts{};
  unmet.audit->met = false;
  const auto analysis = analyze(record_of({stimulus_of("time", 0), unmet}));
  EXPECT_EQ(analysis.audit->row("info-500")->verdict, AuditVerdict::not_met);
  EXPECT_EQ(analysis.exit_code, ExitCode::inconclusive);
}

TEST(Audit, ASubjectThatWasNeverReadyIsAFailure) {
  VariantRecord never;
  never.name = "info-500";
  never.outcome = Outcome::never_ready;
  const auto analysis = analyze(record_of({stimulus_of("time", 0), never}));
  EXPECT_EQ(analysis.audit->row("info-500")->verdict, AuditVerdict::failed);
  EXPECT_EQ(analysis.exit_code, ExitCode::failed);
}

TEST(Audit, JsonHasARowForEachStimulus) {
  const auto json = audit_json(analyze(record_of({stimulus_of("time", 0), stimulus_of("info-500", 2)})));
  EXPECT_EQ(json.at("schema"), "leakrig/audit/1");
  ASSERT_EQ(json.at("stimuli").size(), 2U);
  EXPECT_EQ(json.at("stimuli").at(1).at("verdict"), "leak");
  EXPECT_NEAR(json.at("stimuli").at(1).at("residues").at(0).at("per_occurrence").get<double>(), 2, 1e-9);
}

}  // namespace
}  // namespace leakrig
