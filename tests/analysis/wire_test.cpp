#include "harness/analysis/wire.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/ledger_builder.h"

namespace leakrig {
namespace {

constexpr const char* kPoll = "GET /containers/{id}/logs";

/// A poll of one container every `every_s` on one connection, or on a connection each that is closed.
std::vector<LedgerEntry> polls(double every_s, bool keep_alive, const std::string& agent = "agent/1") {
  LedgerBuilder ledger;
  ledger.agent = agent;
  auto connection = ledger.open(-60);
  for (double t = -59; t < 300; t += every_s) {
    ledger.request(t, connection, kPoll, "web-1", 200, !keep_alive);
    if (keep_alive) continue;
    ledger.close(t, connection);
    connection = ledger.open(t + 0.5);
  }
  return ledger.entries();
}

TEST(Wire, CountsWhatTheMeasuredTimeShowed) {
  const auto wire = read_wire(polls(10, true), 300);
  ASSERT_TRUE(wire.servers.contains("docker"));
  const auto& docker = wire.servers.at("docker");
  EXPECT_EQ(docker.requests, 30U);
  EXPECT_EQ(docker.asked_to_close, 0U);
  EXPECT_EQ(docker.connections_used, 1U);
  EXPECT_DOUBLE_EQ(docker.requests_per_connection(), 30);
  EXPECT_EQ(docker.connections_opened, 0U);
  EXPECT_EQ(docker.at_once, 1U);
  EXPECT_DOUBLE_EQ(docker.intervals_s.at(kPoll), 10);
  EXPECT_EQ(docker.log_requests, 30U);
  EXPECT_EQ(docker.log_followed, 0U);
  EXPECT_EQ(docker.user_agents.at("agent/1"), 30U);
  EXPECT_DOUBLE_EQ(wire.minutes, 5);
}

TEST(Wire, OfTwoRunsOfOneThingShowsNoChange) {
  const auto once = read_wire(polls(10, true), 300);
  EXPECT_TRUE(wire_changes(once, once).empty());
  // A few requests more or less are chance.
  EXPECT_TRUE(wire_changes(once, read_wire(polls(9.6, true), 300)).empty());
}

TEST(Wire, ShowsKeepAlivesThatWereSwitchedOff) {
  const auto changes = wire_changes(read_wire(polls(10, true), 300), read_wire(polls(10, false), 300));
  ASSERT_GE(changes.size(), 3U);
  EXPECT_EQ(changes[0].what, WireChange::What::close_share);
  EXPECT_DOUBLE_EQ(changes[0].before, 0);
  EXPECT_DOUBLE_EQ(changes[0].after, 1);
  EXPECT_EQ(changes[1].what, WireChange::What::requests_per_connection);
  EXPECT_EQ(changes[2].what, WireChange::What::connections_per_min);
}

TEST(Wire, ShowsAnotherIntervalAndAnotherClient) {
  const auto before = read_wire(polls(10, true), 300);
  const auto slower = wire_changes(before, read_wire(polls(60, true), 300));
  const auto rate = std::find_if(slower.begin(), slower.end(), [](const WireChange& change) {
    return change.what == WireChange::What::endpoint_rate;
  });
  ASSERT_NE(rate, slower.end());
  EXPECT_EQ(rate->which, kPoll);
  EXPECT_DOUBLE_EQ(rate->before, 6);
  EXPECT_DOUBLE_EQ(rate->after, 1);
  const auto other = wire_changes(before, read_wire(polls(10, true, "agent/2"), 300));
  ASSERT_EQ(other.size(), 2U);
  EXPECT_EQ(other[0].what, WireChange::What::user_agent);
  EXPECT_EQ(other[0].which, "agent/1");
  EXPECT_EQ(other[1].which, "agent/2");
}

TEST(Wire, OfServersThatNobodyTalkedToIsNone) {
  LedgerBuilder ledger;
  ledger.open(1);
  EXPECT_TRUE(read_wire(ledger.entries(), 60).servers.empty());
}

}  // namespace
}  // namespace leakrig
