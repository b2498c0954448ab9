#include "harness/report/audit.h"

#include <gtest/gtest.h>

#include "harness/core/run_record.h"
#include "harness/core/metrics.h"
#include "harness/report/sentences.h"

namespace leakrig {
namespace {

AuditRow row_of(const std::string& name, AuditVerdict verdict) {
  AuditRow row;
  row.stimulus = name;
  row.family = "answers";
  row.event = "`GET /info` answers 500";
  row.verdict = verdict;
  row.outcome = Outcome::completed;
  row.occurrences = 12;
  return row;
}

MetricResidue leaking(const char* metric, double each) {
  MetricResidue made;
  made.metric = metric;
  made.residue.verdict = stats::ResidueVerdict::leak;
  made.residue.per_occurrence = made.residue.low = made.residue.high = each;
  return made;
}

Analysis analysis_of(std::vector<AuditRow> rows) {
  Analysis analysis;
  analysis.scenario.name = "audit";
  analysis.scenario.title = "Audit of x";
  analysis.audit = Audit{12, std::move(rows)};
  return analysis;
}

TEST(AuditWords, TheHeadlineIsPerEvent) {
  auto row = row_of("info-500", AuditVerdict::leak);
  row.residues = {leaking(metric::kGoroutines, 2.02), leaking(metric::kSockets, 1), leaking(metric::kFds, 1)};
  EXPECT_EQ(headline(analysis_of({row})), "LEAK  2 goroutines and 1 socket stay each time GET /info answers 500");
}

TEST(AuditWords, OfTheTwinItIsPerMinute) {
  auto row = row_of("time", AuditVerdict::leak);
  row.residues = {leaking(metric::kThreads, 2)};
  row.minutes = 2;
  EXPECT_EQ(headline(analysis_of({row})), "LEAK  12 threads stay each minute though nothing happens");
}

TEST(AuditWords, WhatDoesNotRecoverSaysWhatIsNotBack) {
  auto row = row_of("info-500", AuditVerdict::does_not_recover);
  row.facts.recovered = false;
  row.facts.missing = "3 of 8 log streams";
  EXPECT_EQ(headline(analysis_of({row})),
            "DOES NOT RECOVER  when GET /info answers 500: 3 of 8 log streams are not back");
}

TEST(AuditWords, CleanSaysHowMuchWasTried) {
  EXPECT_EQ(headline(analysis_of({row_of("time", AuditVerdict::clean), row_of("info-500", AuditVerdict::clean)})),
            "CLEAN  nothing stays and all recovers: 2 stimuli, 12 occurrences of each");
}

TEST(AuditWords, NothingMetIsNotClean) {
  const auto text =
      headline(analysis_of({row_of("time", AuditVerdict::clean), row_of("info-500", AuditVerdict::not_met)}));
  EXPECT_TRUE(text.starts_with("UNDECIDED")) << text;
}

TEST(AuditForms, EachHasEveryStimulus) {
  auto leak = row_of("info-500", AuditVerdict::leak);
  leak.residues = {leaking(metric::kThreads, 1)};
  const auto analysis = analysis_of({row_of("time", AuditVerdict::clean), leak});
  for (const auto& format : report_formats()) {
    const auto text = format.render(analysis, {});
    EXPECT_NE(text.find("info-500"), std::string::npos) << format.name;
  }
}

TEST(AuditForms, AStimulusIsATestCase) {
  auto leak = row_of("info-500", AuditVerdict::leak);
  leak.residues = {leaking(metric::kThreads, 1)};
  const auto checks = checks_of(analysis_of({row_of("time", AuditVerdict::clean), leak}));
  ASSERT_EQ(checks.size(), 2U);
  EXPECT_EQ(checks[0].state, CheckState::passed);
  EXPECT_EQ(checks[1].state, CheckState::failed);
  EXPECT_EQ(checks[1].variant, "answers");
  EXPECT_EQ(checks[1].what, "info-500");
}

}  // namespace
}  // namespace leakrig
