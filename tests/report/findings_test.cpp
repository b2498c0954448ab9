#include "harness/report/findings.h"

#include <gtest/gtest.h>

#include "tests/support/analysis_builder.h"

namespace leakrig {
namespace {

bool any_with(const std::vector<std::string>& sentences, const std::string& part) {
  for (const auto& sentence : sentences) {
    if (sentence.find(part) != std::string::npos) return true;
  }
  return false;
}

TEST(Findings, OfTask3NameTheLeakRuleOutTheOptionAndSayWhatToClose) {
  const Findings findings = findings_of(task3_analysis());
  EXPECT_TRUE(any_with(findings.summary,
                       "`keepalives-on`: **leak**. Threads went from 128 to 288 in 5 minutes: 32.0/min"));
  EXPECT_TRUE(any_with(findings.summary, "`keepalives-off` against `keepalives-on`: **identical**"));
  EXPECT_TRUE(
      any_with(findings.confirmed, "of 160 new threads, 80 (`readLoop`) grow in step with 79 more open"));
  EXPECT_TRUE(any_with(findings.ruled_out, "`disable_keep_alives`"));
  EXPECT_TRUE(any_with(findings.recommendations, "Do not adopt `keepalives-off` as a fix"));
  EXPECT_TRUE(any_with(findings.recommendations,
                       "Close each `GET /containers/{id}/logs?follow=1` before it is replaced"));
  EXPECT_TRUE(findings.open.empty());
}

TEST(Findings, OfACleanRunRuleOutGrowthAndRecommendNothing) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {VariantBuilder("default").threads(48, 0).delivered(10, 0).build()};
  const Findings findings = findings_of(analyze(record));
  EXPECT_TRUE(findings.confirmed.empty());
  EXPECT_TRUE(any_with(findings.ruled_out, "Growth above 2/min in `default`: threads by 0.0/min"));
  EXPECT_TRUE(any_with(findings.recommendations, "Nothing to change"));
}

TEST(Findings, OfAnUndecidedRunClaimNothing) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {VariantBuilder("default").threads(48, 32).build()};
  record.variants[0].samples.resize(33);
  const Findings findings = findings_of(analyze(record));
  EXPECT_TRUE(findings.confirmed.empty());
  EXPECT_TRUE(findings.ruled_out.empty());
  EXPECT_TRUE(findings.recommendations.empty());
  EXPECT_TRUE(any_with(findings.open, "Whether threads grow in `default`"));
}

}  // namespace
}  // namespace leakrig
