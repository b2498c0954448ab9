#include "harness/analysis/analyze.h"
#include "harness/core/run_record.h"
#include "harness/report/sentences.h"

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

TEST(Sentences, OfTask3NameTheLeakRuleOutTheOptionAndSayWhatToClose) {
  const Sentences said = sentences_of(task3_analysis());
  EXPECT_TRUE(any_with(said.summary,
                       "`keepalives-on`: **leak**. Threads went from 128 to 288 in 5 minutes: 32.0/min"));
  EXPECT_TRUE(any_with(said.summary, "`keepalives-off` against `keepalives-on`: **identical**"));
  EXPECT_TRUE(any_with(said.confirmed, "of 160 new threads, 80 (`readLoop`) grow in step with 79 more open"));
  EXPECT_TRUE(any_with(said.ruled_out, "`disable_keep_alives`"));
  EXPECT_TRUE(any_with(said.recommendations, "Do not adopt `keepalives-off` as a fix"));
  EXPECT_TRUE(any_with(said.recommendations,
                       "Close each `GET /containers/{id}/logs?follow=1` before it is replaced"));
  EXPECT_TRUE(said.open.empty());
}

TEST(Sentences, OfACleanRunRuleOutGrowthAndRecommendNothing) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {VariantBuilder("default").threads(48, 0).delivered(10, 0).build()};
  const Sentences said = sentences_of(analyze(record));
  EXPECT_TRUE(said.confirmed.empty());
  EXPECT_TRUE(any_with(said.ruled_out, "Growth above 2/min in `default`: threads by 0.0/min"));
  EXPECT_TRUE(any_with(said.recommendations, "Nothing to change"));
}

TEST(Sentences, OfAnUndecidedRunClaimNothing) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {VariantBuilder("default").threads(48, 32).build()};
  record.variants[0].samples.resize(33);
  const Sentences said = sentences_of(analyze(record));
  EXPECT_TRUE(said.confirmed.empty());
  EXPECT_TRUE(said.ruled_out.empty());
  EXPECT_TRUE(said.recommendations.empty());
  EXPECT_TRUE(any_with(said.open, "Whether threads grow in `default`"));
}

}  // namespace
}  // namespace leakrig
