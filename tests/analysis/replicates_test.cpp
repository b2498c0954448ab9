#include <gtest/gtest.h>

#include "harness/analysis/analysis.h"
#include "harness/analysis/analyze.h"
#include "harness/report/result_json.h"
#include "harness/core/run_record.h"
#include "tests/support/analysis_builder.h"

namespace leakrig {
namespace {

TEST(Replicates, AreAssessedEachByItselfAndCombined) {
  const Analysis analysis = analyze(replicates_of({10, 12, 11}));
  const MetricAnalysis& threads = *analysis.variants.at(0).metric("threads");
  ASSERT_EQ(threads.replicates.size(), 3U);
  EXPECT_NEAR(threads.replicates[1].growth.rate_per_min, 12, 0.3);
  EXPECT_EQ(threads.replicates[2].verdict, MetricVerdict::leak);
  EXPECT_NEAR(threads.growth.rate_per_min, 11, 0.5);
  EXPECT_EQ(threads.verdict, MetricVerdict::leak);
  EXPECT_EQ(threads.table.back().count, 150) << "the table is the first's";
}

TEST(Replicates, AreMoreCertainThanOneWhereTheyAgreeAndLessWhereTheyDoNot) {
  const auto error_of = [](const std::vector<double>& rates) {
    const Analysis analysis = analyze(replicates_of(rates));
    return analysis.variants.at(0).metric("threads")->growth.standard_error;
  };
  EXPECT_LT(error_of({10, 10, 10}), error_of({10}));
  EXPECT_GT(error_of({10, 12, 11}), error_of({10}));
  EXPECT_TRUE(analyze(replicates_of({10})).variants.at(0).metric("threads")->replicates.empty());
}

TEST(Replicates, LeakingInOneAndStableInAnotherIsInconclusive) {
  const Analysis analysis = analyze(replicates_of({20, 0}));
  EXPECT_EQ(analysis.variants.at(0).verdict, MetricVerdict::inconclusive);
  EXPECT_EQ(analysis.exit_code, ExitCode::inconclusive);
}

TEST(Replicates, AddUpTheirLinesAndAverageTheirRates) {
  const Analysis analysis = analyze(replicates_of({32, 32, 10}));
  EXPECT_EQ(analysis.variants[0].costs.delivery->lines_written, 3000U);
  EXPECT_EQ(analysis.variants[0].costs.delivery->lines_lost, 2U);
  EXPECT_EQ(analysis.variants[0].costs.delivery->latency_p50_ms, 500);
}

TEST(Replicates, OneThatFailedFailsTheVariantAndIsNamed) {
  RunRecord record = replicates_of({0, 0});
  record.variants[0].further[0].outcome = Outcome::died;
  record.variants[0].further[0].detail = "signal 9";
  const Analysis analysis = analyze(record);
  EXPECT_EQ(analysis.variants[0].outcome, Outcome::died);
  EXPECT_EQ(analysis.variants[0].detail, "replicate 2: signal 9");
  EXPECT_EQ(analysis.exit_code, ExitCode::failed);
}

TEST(Replicates, StandInTheResult) {
  const Analysis analysis = analyze(replicates_of({10, 12}));
  const auto replicates = result_json(analysis)["variants"][0]["metrics"]["threads"]["replicates"];
  ASSERT_EQ(replicates.size(), 2U);
  EXPECT_EQ(replicates[1]["verdict"], "leak");
  EXPECT_EQ(replicates[1]["ci"].size(), 2U);
}

}  // namespace
}  // namespace leakrig
