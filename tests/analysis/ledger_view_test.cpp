#include "harness/analysis/ledger_view.h"

#include <gtest/gtest.h>

#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

TEST(Orphans, AreStreamsThatANewerOneHasSuperseded) {
  // Opened at -60, -45, ..., 285: 24 streams, none closed; the newest is not an orphan.
  const auto rows = find_orphans(VariantBuilder("a").streams(15, 0).build().ledger, 300);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].open_at_end, 24U);
  EXPECT_EQ(rows[0].count, 23U);
  EXPECT_EQ(rows[0].open_at_start, 5U);
  EXPECT_EQ(rows[0].superseded_at_start, 4U);
  EXPECT_DOUBLE_EQ(rows[0].rate_per_min, 19.0 / 5);
  EXPECT_DOUBLE_EQ(rows[0].oldest_s, 360);
  EXPECT_EQ(rows[0].replaced, 20U);
  EXPECT_EQ(rows[0].orphaned, 20U);
  EXPECT_EQ(rows[0].verdict, stats::Verdict::leak);
  ASSERT_TRUE(rows[0].ci.has_value());
  EXPECT_NEAR((*rows[0].ci)[0], 12.2 / 5, 0.02);  // Garwood's interval for 20 events
  EXPECT_NEAR((*rows[0].ci)[1], 30.9 / 5, 0.02);
}

TEST(Orphans, AreNoneWhereEachStreamIsClosedBeforeTheNext) {
  const auto rows = find_orphans(VariantBuilder("a").streams(15, 15).build().ledger, 299);
  ASSERT_EQ(rows.size(), 1U);  // the current one is open, as it should be
  EXPECT_EQ(rows[0].count, 0U);
  EXPECT_EQ(rows[0].open_at_end, 1U);
  EXPECT_EQ(rows[0].orphaned, 0U);
  EXPECT_EQ(rows[0].verdict, stats::Verdict::stable);
}

TEST(Orphans, OfAFewReplacementsAreNotJudged) {
  const auto rows = find_orphans(VariantBuilder("a").streams(100, 100).build().ledger, 299);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].verdict, stats::Verdict::inconclusive);
}

TEST(Orphans, OfAnotherContainerOrProcessDoNotSupersede) {
  auto ledger = VariantBuilder("a").streams(400, 0).build().ledger;
  auto other = ledger.front();
  other.request = 2;
  other.container = "web-2";
  ledger.push_back(other);
  other.request = 3;
  other.peer_pid = 8;
  ledger.push_back(other);
  EXPECT_EQ(find_orphans(ledger, 300).at(0).count, 0U);
}

TEST(Rates, CountOpeningsOfTheMeasuredTimeOnly) {
  const auto ledger = VariantBuilder("a").streams(15, 15).build().ledger;
  EXPECT_DOUBLE_EQ(requests_per_minute(ledger, 300), 4);
  EXPECT_DOUBLE_EQ(connections_per_minute(ledger, 300), 0);
  EXPECT_DOUBLE_EQ(requests_per_minute(ledger, 0), 0);
}

}  // namespace
}  // namespace leakrig
