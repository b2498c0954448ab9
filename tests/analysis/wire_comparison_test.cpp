#include "harness/analysis/analyze.h"
#include "harness/analysis/standing.h"
#include "harness/analysis/wire_comparison.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/report/expectation_words.h"
#include "harness/core/run_record.h"
#include "tests/support/ledger_builder.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

/// A client for each call, every 4 s, that stays idle, or is told to close.
VariantRecord variant(const char* name, double threads_per_min, bool asks_to_close) {
  LedgerBuilder ledger;
  for (double t = -58; t < 300; t += 4) {
    const auto connection = ledger.open(t);
    ledger.request(t, connection, "GET /info", "", 200, asks_to_close);
    if (asks_to_close) ledger.close(t + 0.1, connection);
  }
  auto record = VariantBuilder(name).threads(100, threads_per_min).delivered(1000, 0).build();
  record.ledger = ledger.entries();
  return record;
}

Analysis analyzed(std::vector<VariantRecord> variants, const char* patch) {
  RunRecord record;
  record.scenario = nlohmann::json::parse(R"({"name": "s", "baseline": "reference", "variants": {"reference": {}}})");
  record.scenario["variants"]["switched"] = nlohmann::json::parse(patch);
  record.scenario["expect"]["switched"] = {{"versus_baseline", "inert"}};
  record.variants = std::move(variants);
  return analyze(record);
}

constexpr const char* kKeepAlives =
    R"({"subject": {"collector": {"docker": {"unused_transport": {"disable_keep_alives": true}}}}})";

TEST(WireComparison, CallsASwitchInertThatNoServerSees) {
  const auto analysis = analyzed({variant("reference", 30, false), variant("switched", 30, false)}, kKeepAlives);
  const auto* wire = analysis.wire("switched");
  ASSERT_NE(wire, nullptr);
  EXPECT_TRUE(wire->inert);
  EXPECT_TRUE(wire->patches_keep_alives);
  EXPECT_TRUE(wire->changes.empty());
  EXPECT_EQ(standing_of(analysis, *analysis.main_comparison("switched")), Standing::inert);
  EXPECT_EQ(actual_text(analysis.variant("switched")->expectations.at(0)), "inert");
  EXPECT_TRUE(analysis.variant("switched")->expectations.at(0).held);
  EXPECT_EQ(analysis.wire("reference"), nullptr);
}

TEST(WireComparison, OfASwitchThatServersSeeIsNotInertThoughGrowthIsTheSame) {
  const auto analysis = analyzed({variant("reference", 30, false), variant("switched", 30, true)}, kKeepAlives);
  EXPECT_FALSE(analysis.wire("switched")->inert);
  EXPECT_FALSE(analysis.wire("switched")->changes.empty());
  EXPECT_EQ(standing_of(analysis, *analysis.main_comparison("switched")), Standing::identical);
  EXPECT_FALSE(analysis.variant("switched")->expectations.at(0).held);
}

TEST(WireComparison, OfAFixWithinTheSubjectIsNotInert) {
  const auto analysis = analyzed({variant("reference", 30, false), variant("switched", 0, false)}, kKeepAlives);
  EXPECT_FALSE(analysis.wire("switched")->inert);
  EXPECT_EQ(standing_of(analysis, *analysis.main_comparison("switched")), Standing::improved);
}

TEST(WireComparison, KnowsNothingWithoutConnectionsOrAPatchOfTheSubject) {
  auto blind = variant("switched", 30, false);
  blind.ledger.clear();
  EXPECT_FALSE(analyzed({variant("reference", 30, false), blind}, kKeepAlives).wire("switched")->inert);
  EXPECT_FALSE(analyzed({variant("reference", 30, false), variant("switched", 30, false)},
                        R"({"sampling": {"warmup": "1m"}})")
                   .wire("switched")
                   ->inert);
}

}  // namespace
}  // namespace leakrig
