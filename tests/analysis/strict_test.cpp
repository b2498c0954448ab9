// What --strict asks of a run: that its evidence is complete.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/analysis/analyze.h"
#include "harness/analysis/expectations.h"
#include "harness/analysis/findings.h"
#include "harness/report/expectation_words.h"
#include "harness/report/sentences.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

VariantRecord stable() { return VariantBuilder("a").threads(100, 0).delivered(1000, 0).build(); }

Analysis strictly(VariantRecord variant, const char* subject = "{}") {
  RunRecord record;
  record.scenario = {{"name", "s"}, {"subject", nlohmann::json::parse(subject)}, {"variants", {{"a", nlohmann::json::object()}}}};
  record.variants = {std::move(variant)};
  Analysis analysis = analyze(record);
  EXPECT_EQ(analysis.exit_code, ExitCode::ok) << "without --strict it passes";
  require_evidence(analysis);
  return analysis;
}

std::string missing_in(const Analysis& analysis) {
  const auto& last = analysis.variants.at(0).expectations.back();
  return last.what == "evidence" ? actual_text(last) : "";
}

TEST(Strict, PassesWhereAllWasMeasured) {
  const Analysis analysis = strictly(stable());
  EXPECT_EQ(analysis.exit_code, ExitCode::ok);
  EXPECT_EQ(missing_in(analysis), "");
}

TEST(Strict, FailsWhereChildrenWereNotCounted) {
  VariantRecord variant = stable();
  for (auto& sample : variant.samples) {
    if (!sample.groups.empty() && sample.due_s > 100) sample.values["uncounted_children"] = 3;
  }
  const Analysis analysis = strictly(variant);
  EXPECT_EQ(analysis.exit_code, ExitCode::expectation_failed);
  EXPECT_EQ(missing_in(analysis), "children not counted");
  EXPECT_TRUE(quiet_line(analysis).ends_with("; failed: a: evidence: expected complete, measured children not counted"))
      << quiet_line(analysis);
  std::vector<Finding> findings;
  find_missing_evidence(analysis.variants[0], findings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(std::get<finding::ChildrenUncounted>(findings[0]).most, 3);
  EXPECT_EQ(analysis.variants[0].metric("uncounted_children"), nullptr) << "it is no metric of its own";
}

TEST(Strict, FailsWhereWhatGrewIsNotJudged) {
  VariantRecord variant = stable();
  for (auto& sample : variant.samples) sample.values["rss_bytes"] = 4e7 + 2e7 * (sample.t_s + 60) / 60;
  EXPECT_EQ(missing_in(strictly(variant)), "rss_bytes not judged");
}

TEST(Strict, FailsWhereTheSubjectDidNothing) {
  VariantRecord variant = stable();
  for (auto& sample : variant.samples) sample.values["cpu_s"] = 1;
  EXPECT_EQ(missing_in(strictly(variant)), "subject idle");
}

TEST(Strict, FailsWhereAProbeWasSilent) {
  const Analysis analysis =
      strictly(stable(), R"({"collector":{},"probes":{"pprof":"http://127.0.0.1:1"}})");
  EXPECT_EQ(missing_in(analysis), "goroutines not read");
}

}  // namespace
}  // namespace leakrig
