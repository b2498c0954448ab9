#include "harness/analysis/analyze.h"
#include "harness/analysis/expectations.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/core/run_record.h"
#include "harness/report/expectation_words.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

using nlohmann::json;

Analysis analysis_of(const json& expect, const VariantRecord& variant) {
  RunRecord record;
  record.scenario = {{"name", "s"}, {"variants", {{"a", json::object()}}}};
  if (!expect.is_null()) record.scenario["expect"] = expect;
  record.variants = {variant};
  return analyze(record);
}

const VariantRecord kLeaking = VariantBuilder("a").threads(128, 32).delivered(1000, 0).build();
const VariantRecord kClean = VariantBuilder("a").threads(48, 0).delivered(1000, 5).build();

TEST(Expectations, WithoutAnyStableIsExpected) {
  EXPECT_EQ(analysis_of(nullptr, kClean).exit_code, ExitCode::ok);
  EXPECT_EQ(analysis_of(nullptr, kLeaking).exit_code, ExitCode::expectation_failed);
}

TEST(Expectations, FailWhereAnExpectedLeakIsNotThere) {
  const Analysis analysis = analysis_of(json::parse(R"({"a":{"threads":"leak"}})"), kClean);
  EXPECT_EQ(analysis.exit_code, ExitCode::expectation_failed);
  EXPECT_EQ(actual_text(analysis.variants[0].expectations.at(0)), "stable");
}

TEST(Expectations, KnowLostLines) {
  EXPECT_TRUE(analysis_of(json::parse(R"({"a":{"lines_lost":"some"}})"), kClean).passed);
  EXPECT_FALSE(analysis_of(json::parse(R"({"a":{"lines_lost":"none"}})"), kClean).passed);
}

TEST(Expectations, AMetricThatWasNotMeasuredDoesNotPass) {
  const Analysis analysis = analysis_of(json::parse(R"({"a":{"goroutines":"stable"}})"), kClean);
  EXPECT_FALSE(analysis.passed);
  EXPECT_EQ(actual_text(analysis.variants[0].expectations.at(0)), "not measured");
}

TEST(ExitCodes, TellFailureFromInterruption) {
  auto died = kClean;
  died.outcome = Outcome::died;
  EXPECT_EQ(analysis_of(nullptr, died).exit_code, ExitCode::failed);
  auto interrupted = kClean;
  interrupted.outcome = Outcome::interrupted;
  EXPECT_EQ(analysis_of(nullptr, interrupted).exit_code, ExitCode::interrupted);
}

TEST(ExitCodes, AnUndecidedExpectationIsInconclusive) {
  auto few = kClean;
  few.samples.resize(33);  // two readings after T+0
  EXPECT_EQ(analysis_of(nullptr, few).exit_code, ExitCode::inconclusive);
}

}  // namespace
}  // namespace leakrig
