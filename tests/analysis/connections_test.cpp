#include "harness/analysis/connections.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/analysis/connection_evidence.h"
#include "harness/analysis/analysis.h"
#include "tests/support/ledger_builder.h"

namespace leakrig {
namespace {

constexpr const char* kPing = "HEAD /_ping";
constexpr const char* kInspect = "GET /containers/{id}/json";
constexpr const char* kFollow = "GET /containers/{id}/logs?follow=1";

/// Eight containers, each inspected every 30 s by a client of its own, which stays unless `closed`; and one pooled
/// connection that lists every 10 s.
std::vector<LedgerEntry> pool_overflow(bool closed) {
  LedgerBuilder ledger;
  const auto pooled = ledger.open(-60);
  for (double t = -60; t < 300; t += 3.75) {
    if (std::fmod(t + 60, 10) < 3.75) ledger.request(t, pooled, "GET /containers/json");
    const auto step = static_cast<int>(std::lround((t + 60) / 3.75));
    const auto temporary = ledger.open(t);
    ledger.request(t, temporary, kPing);
    ledger.request(t + 0.01, temporary, kInspect, "web-" + std::to_string(step % 8));
    if (closed) ledger.close(t + 0.02, temporary);
  }
  return ledger.entries();
}

TEST(Connections, OfACallEachStayIdleInAGroupWithWhatTheyCarried) {
  const auto census = take_census(pool_overflow(false), 300);
  ASSERT_FALSE(census.groups.empty());
  const auto& group = census.groups.front();
  EXPECT_TRUE(group.is_idle);
  EXPECT_EQ(sequence_text(group), "HEAD /_ping, GET /containers/{id}/json");
  EXPECT_EQ(group.at_start, 16);  // of the 17th only the ping has been answered at T+0
  EXPECT_EQ(group.growth, 80);
  EXPECT_NEAR(group.rate_per_min, 16, 0.3);
  ASSERT_TRUE(group.period.has_value());
  EXPECT_DOUBLE_EQ(group.period->every_s, 30);
  EXPECT_EQ(group.period->containers, 8U);
  EXPECT_EQ(group.process, "collector");
  EXPECT_EQ(group.user_agent, "agent/1");
}

TEST(Connections, ThatAreClosedLeaveNoGroupThatGrows) {
  const auto census = take_census(pool_overflow(true), 300);
  ASSERT_FALSE(census.groups.empty());
  EXPECT_LE(census.groups.front().growth, 1);
}

TEST(Connections, ThatAreUsedAgainAreOneGroupHoweverOften) {
  LedgerBuilder ledger;
  for (int i = 0; i < 3; ++i) {
    const auto id = ledger.open(-10);
    for (int k = 0; k < 5 + i; ++k) ledger.request(-9 + k, id, "GET /info");
  }
  const auto census = take_census(ledger.entries(), 60);
  ASSERT_EQ(census.groups.size(), 1U);
  EXPECT_EQ(census.groups[0].at_end, 3);
  EXPECT_EQ(census.groups[0].growth, 0);
  EXPECT_EQ(sequence_text(census.groups[0]), "GET /info (5 to 7 times)");
}

TEST(Connections, ThatCarryAStreamAreGroupedByIt) {
  LedgerBuilder ledger;
  for (int i = 0; i < 10; ++i) {
    const auto id = ledger.open(i);
    if (i % 2 == 0) ledger.request(i, id, kPing);
    ledger.begin(i + 0.5, id, kFollow, "web-1");
  }
  const auto census = take_census(ledger.entries(), 60);
  const auto& group = census.groups.front();
  EXPECT_FALSE(group.is_idle);
  EXPECT_EQ(sequence_text(group), kFollow);
  EXPECT_EQ(group.at_end, 10);
}

TEST(Connections, ThatCarriedNothingOrAnErrorAreToldApart) {
  LedgerBuilder ledger;
  ledger.open(1);
  const auto failed = ledger.open(2);
  ledger.request(3, failed, kInspect, "web-1", 404);
  const auto census = take_census(ledger.entries(), 60);
  ASSERT_EQ(census.groups.size(), 2U);
  EXPECT_EQ(sequence_text(census.groups[0]), "no request");
  EXPECT_EQ(sequence_text(census.groups[1]), "GET /containers/{id}/json (404)");
}

TEST(Connections, OfManyProcessesAreOneGroup) {
  LedgerBuilder ledger;
  for (int i = 0; i < 20; ++i) {
    const auto id = ledger.open(i, 100 + i, "curl");
    ledger.request(i, id, "GET /info");
  }
  const auto census = take_census(ledger.entries(), 60);
  ASSERT_EQ(census.groups.size(), 1U);
  EXPECT_EQ(census.groups[0].at_end, 20);
  EXPECT_EQ(census.groups[0].pid, 0);
  EXPECT_EQ(census.groups[0].process, "curl");
}

TEST(Connections, AtTheEndHaveSpansForTheTimeline) {
  const auto ledger = pool_overflow(false);
  const auto census = take_census(ledger, 300);
  const auto spans = spans_of(ledger, census.groups.front(), 300, 5);
  ASSERT_EQ(spans.size(), 5U);
  EXPECT_DOUBLE_EQ(spans[0].opened_s, -60);
  EXPECT_DOUBLE_EQ(spans[0].idle_since_s, -60 + 0.01);
  EXPECT_EQ(spans[0].container, "web-0");
}

TEST(Connections, GrowByAClockWhereHardlyATurnBroughtNothing) {
  EXPECT_TRUE(grows_by_clock(take_census(pool_overflow(false), 300)));
  EXPECT_FALSE(grows_by_clock(take_census(pool_overflow(true), 300)));
  // A loop of ten seconds of which every other turn leaves a connection behind, by no rule.
  LedgerBuilder ledger;
  for (const double t : {0.0, 10.0, 40.0, 50.0, 60.0, 90.0, 110.0, 120.0}) {
    const auto id = ledger.open(t);
    ledger.request(t, id, kInspect, "web-1");
  }
  const auto census = take_census(ledger.entries(), 130);
  ASSERT_TRUE(census.groups.front().period);
  EXPECT_FALSE(grows_by_clock(census));
  EXPECT_FALSE(grows_by_clock({}));
}

TEST(Connections, OfAnEmptyLedgerOrNoTimeAreNone) {
  EXPECT_TRUE(take_census({}, 300).groups.empty());
  EXPECT_TRUE(take_census(pool_overflow(false), 0).groups.empty());
}

MetricAnalysis growing(const char* name, double growth) {
  MetricAnalysis metric;
  metric.name = name;
  metric.verdict = MetricVerdict::leak;
  metric.table = {{0, 100, 0, std::nullopt}, {5, 100 + growth, growth, growth / 5}};
  return metric;
}

AttributionRow row(const char* kind, const char* name, double growth) {
  AttributionRow made;
  made.kind = kind;
  made.name = name;
  made.growth = growth;
  return made;
}

TEST(ConnectionEvidence, JoinsTheThreadsThatGrowInStep) {
  const auto census = take_census(pool_overflow(false), 300);
  const auto joined = join_connections(
      {growing("threads", 160)},
      {row("thread", "readLoop", 80), row("thread", "writeLoop", 80), row("thread", "worker", 12)}, census);
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(joined[0].parts, (std::vector<std::string>{"readLoop", "writeLoop"}));
  EXPECT_EQ(joined[0].explained, 160);
  ASSERT_EQ(joined[0].groups.size(), 1U);
  EXPECT_TRUE(joined[0].groups[0].is_idle);
}

TEST(ConnectionEvidence, TakesAWholeNumberAConnectionWhereNoGroupIsKnown) {
  const auto census = take_census(pool_overflow(false), 300);
  const auto joined = join_connections({growing("threads", 158)}, {}, census);
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_TRUE(joined[0].parts.empty());
  EXPECT_EQ(joined[0].explained, 158);
}

TEST(ConnectionEvidence, IsNoneOfWhatDoesNotGrowWithThem) {
  const auto census = take_census(pool_overflow(false), 300);
  EXPECT_TRUE(join_connections({growing("threads", 30)}, {row("thread", "worker", 30)}, census).empty());
  auto stable = growing("threads", 160);
  stable.verdict = MetricVerdict::stable;
  EXPECT_TRUE(join_connections({stable}, {}, census).empty());
  const auto clean = take_census(pool_overflow(true), 300);
  EXPECT_TRUE(join_connections({growing("threads", 160)}, {}, clean).empty());
}

}  // namespace
}  // namespace leakrig
