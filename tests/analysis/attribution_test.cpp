#include "harness/analysis/analyze.h"
#include "harness/analysis/attribution.h"

#include <gtest/gtest.h>

#include "harness/core/run_record.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

RunRecord record_of(const VariantRecord& variant) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {variant};
  return record;
}

TEST(Attribution, NamesTheGrowingGroupAndLeavesOutTheSteadyOne) {
  const Analysis analysis = analyze(record_of(VariantBuilder("a").threads(128, 32).build()));
  const auto& rows = analysis.variants[0].attribution;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, "readLoop");
  EXPECT_EQ(rows[0].growth, 80);
  EXPECT_DOUBLE_EQ(rows[0].rate_per_min, 16);
  EXPECT_DOUBLE_EQ(rows[0].share, 0.5);
}

TEST(Attribution, IsEmptyWhereNothingGrows) {
  EXPECT_TRUE(analyze(record_of(VariantBuilder("a").threads(48, 0).build())).variants[0].attribution.empty());
}

/// Goroutines that grow by 97 (twice) and 96, and descriptors by 100, over five minutes.
VariantRecord go_variant() {
  VariantRecord record = VariantBuilder("a").threads(8, 0).build();
  for (auto& sample : record.samples) {
    const double grown = std::floor(19.4 * std::max(0.0, sample.t_s) / 60);
    sample.values["goroutines"] = 30 + 3 * grown;
    sample.values["fds"] = 30 + grown;
    if (sample.groups.empty()) continue;
    sample.groups = {{"thread", {{"worker", 8}}}, {"fd", {{"socket", 20 + grown + (grown > 90 ? 3 : 0)}}}};
    sample.groups["goroutine"] = {{"net/http.(*persistConn).readLoop (transport.go:2450)", 10 + grown},
                                  {"main.readStream (/src/app/main.go:9)", 10 + grown - (grown > 90 ? 1 : 0)},
                                  {"example.com/x.slow (x.go:1)", grown > 90 ? 5 : 0},
                                  {"main.quiet (main.go:70)", 10}};
    sample.groups["goroutineleak"] = {{"main.stuck (main.go:12)", grown > 90 ? 1 : 0}};
  }
  return record;
}

TEST(Attribution, LeadsWithTheSubjectsOwnCodeOfThoseThatGrowInStep) {
  const auto rows = analyze(record_of(go_variant())).variants[0].attribution;
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0].name, "main.readStream (main.go:9)");
  EXPECT_EQ(rows[0].growth, 96);
  EXPECT_EQ(rows[0].function, "main.readStream");
  EXPECT_EQ(rows[0].file, "/src/app/main.go");
  EXPECT_EQ(rows[0].line, 9);
  EXPECT_EQ(rows[1].name, "net/http.(*persistConn).readLoop (transport.go:2450)");
  EXPECT_EQ(rows[1].growth, 97);
  EXPECT_EQ(rows[2].name, "example.com/x.slow (x.go:1)");
}

TEST(Attribution, KeepsKindsTogetherTheReportsFirstMetricFirstAndEvidenceLast) {
  const auto rows = analyze(record_of(go_variant())).variants[0].attribution;
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0].kind, "goroutine");
  EXPECT_EQ(rows[3].kind, "fd");
  EXPECT_EQ(rows[4].kind, "goroutineleak");
  EXPECT_EQ(rows[4].share, 0);
}

TEST(Attribution, HasAnIntervalAroundTheRateOfAGroupThatGrowsEvenly) {
  const auto rows =
      analyze(record_of(VariantBuilder("a").threads(128, 32, 12).build())).variants[0].attribution;
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_TRUE(rows[0].ci.has_value());
  EXPECT_LE((*rows[0].ci)[0], 16);
  EXPECT_GE((*rows[0].ci)[1], 16);
  EXPECT_GT((*rows[0].ci)[0], 8);
  EXPECT_LT((*rows[0].ci)[1], 32);
}

TEST(Attribution, HasAnIntervalFromTheSixRowsOfFiveMinutesButNotFromThree) {
  const auto six =
      analyze(record_of(VariantBuilder("a").threads(128, 32, 5).build())).variants[0].attribution;
  ASSERT_TRUE(six[0].ci.has_value());
  EXPECT_LE((*six[0].ci)[0], 16);
  EXPECT_GE((*six[0].ci)[1], 16);
  EXPECT_GT((*six[0].ci)[0], 14);
  EXPECT_LT((*six[0].ci)[1], 18);
  const auto three =
      analyze(record_of(VariantBuilder("a").threads(128, 32, 2).build())).variants[0].attribution;
  EXPECT_FALSE(three[0].ci.has_value());
}

TEST(Attribution, TakesTheRowsAtWhichAKindWasCounted) {
  VariantRecord record = go_variant();
  for (auto& sample : record.samples) {
    if (sample.t_s == 300) sample.groups.erase("goroutine");  // pprof did not answer at the last row
  }
  const auto rows = analyze(record_of(record)).variants[0].attribution;
  for (const auto& row : rows) EXPECT_GE(row.growth, 0) << row.name;
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows[0].kind, "goroutine");
  EXPECT_NEAR(rows[0].rate_per_min, 19.4, 0.5);
}

TEST(TwoSided, JoinsAGroupWithTheRequestsThatGrowInStep) {
  const auto joined =
      analyze(record_of(VariantBuilder("a").threads(128, 32).streams(3.75, 0).build())).variants[0].two_sided;
  ASSERT_FALSE(joined.empty());
  EXPECT_EQ(joined[0].metric, "threads");
  EXPECT_EQ(joined[0].metric_growth, 160);
  EXPECT_EQ(joined[0].request, VariantBuilder::kFollow);
  EXPECT_EQ(joined[0].open_growth, 79);
  EXPECT_EQ(joined[0].explained, 80);
}

TEST(TwoSided, SaysNothingWhereTheDaemonSeesNoGrowth) {
  EXPECT_TRUE(analyze(record_of(VariantBuilder("a").threads(128, 32).streams(3.75, 1).build()))
                  .variants[0]
                  .two_sided.empty());
}

TEST(Attribution, NetsWhatMovedFromOnePlaceOfACreatorToAnother) {
  VariantRecord record = VariantBuilder("a").threads(8, 0).build();
  const std::string by = ", created by main.start (m.go:3)";
  for (auto& sample : record.samples) {
    const double late = sample.t_s > 150 ? 1 : 0;
    if (sample.groups.empty()) continue;
    sample.groups["goroutine"] = {{"main.wait (m.go:9)" + by, 8 - 8 * late},
                                  {"main.read (m.go:12)" + by, 11 * late},
                                  {"main.moved (m.go:20), created by main.other (m.go:1)", 5 * late},
                                  {"main.gone (m.go:21), created by main.other (m.go:1)", 5 - 5 * late}};
    sample.groups["goroutine_wait"] = {{"main.read (m.go:12)" + by, 4}};
    sample.groups["goroutineleak"] = {{"main.read (m.go:12)", 2}};
    sample.groups["allocation"] = {{"main.x (m.go:1) : main.x", 7 * late}};
  }
  const auto rows = analyze(record_of(record)).variants[0].attribution;
  std::vector<AttributionRow> goroutines;
  for (const auto& row : rows) {
    EXPECT_NE(row.kind, "allocation");
    EXPECT_NE(row.kind, "goroutine_wait");
    if (row.kind == "goroutine") goroutines.push_back(row);
  }
  ASSERT_EQ(goroutines.size(), 1U);
  EXPECT_EQ(goroutines[0].function, "main.read");
  EXPECT_EQ(goroutines[0].growth, 3);
  EXPECT_EQ(goroutines[0].waited_min, 4);
  EXPECT_EQ(goroutines[0].proven_blocked, 2);
}

}  // namespace
}  // namespace leakrig
