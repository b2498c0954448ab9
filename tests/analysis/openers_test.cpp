#include "harness/analysis/openers.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

constexpr const char* kCaller =
    "main.(*monitor).inspect (/src/monitor.go:62) <- main.(*monitor).checkHealth (/src/monitor.go:50)";
constexpr const char* kMaker =
    "main.newClient (/src/pool.go:26) <- main.(*pool).get (/src/pool.go:36) <- main.(*monitor).inspect "
    "(/src/monitor.go:56)";

std::vector<Sample> rows(std::map<std::string, double> growth) {
  Sample first;
  first.groups["allocation"];
  Sample last;
  last.t_s = last.due_s = 60;
  last.groups["allocation"] = std::move(growth);
  return {first, last};
}

std::string of(const char* chain, const char* leaf) {
  return std::string{chain} + " : " + leaf;
}

TEST(Openers, OfIdleConnectionsAreThoseWhoMakeTheirClients) {
  const auto openers =
      find_openers(rows({{of(kCaller, "net/http.(*wantConnQueue).pushBack"), 33},
                         {of(kCaller, "net.JoinHostPort"), 33},
                         {of(kCaller, "net/http.(*Transport).getConn"), 99},
                         {of(kMaker, "github.com/docker/docker/client.defaultHTTPClient"), 33},
                         {of("main.cache (/src/c.go:9)", "main.cache"), 34}}),
                   33, Stays::idle_connections);
  ASSERT_EQ(openers.size(), 3U);
  EXPECT_EQ(chain_text(openers[0]),
            "main.newClient (pool.go:26) <- main.(*pool).get (pool.go:36) <- main.(*monitor).inspect "
            "(monitor.go:56)");
  EXPECT_EQ(openers[0].objects, 33);
  EXPECT_EQ(openers[0].allocates, "github.com/docker/docker/client.defaultHTTPClient");
  EXPECT_EQ(openers[0].chain[1].file, "/src/pool.go");
  EXPECT_EQ(openers[0].chain[1].line, 36);
}

TEST(Openers, WhoMakesTheClientComesBeforeWhoAsksThoughThatLeavesSomethingToo) {
  const std::string asks = "main.(*remote).Inspect (/src/m.go:21) <- main.checkHealth (/src/m.go:47)";
  const std::string makes = "main.freshInspector (/src/m.go:44) <- main.checkHealth (/src/m.go:47)";
  const auto openers = find_openers(rows({{of(asks.c_str(), "net/http.(*Transport).dialConn"), 75},
                                          {of(asks.c_str(), "main.(*remote).Inspect"), 75},
                                          {of(makes.c_str(), "main.freshInspector"), 75}}),
                                    75, Stays::idle_connections);
  ASSERT_EQ(openers.size(), 2U);
  EXPECT_EQ(openers[0].chain[0].function, "main.freshInspector");
  // With one client for all, and nothing that makes another, who asks leads.
  const auto shared = find_openers(rows({{of(asks.c_str(), "net/http.(*Transport).dialConn"), 75},
                                         {of(asks.c_str(), "main.(*remote).Inspect"), 75}}),
                                   75, Stays::idle_connections);
  ASSERT_EQ(shared.size(), 1U);
  EXPECT_EQ(shared[0].chain[0].function, "main.(*remote).Inspect");
}

TEST(Openers, AFactoryBehindAnInterfaceComesBeforeItsCallersNotesAndItsOwnDialer) {
  const std::string loop = " <- main.check (/src/m.go:67) <- main.run (/src/m.go:60)";
  const std::string makes = "app/factory.New (/src/factory/f.go:23) <- main.by (/src/m.go:72)" + loop;
  const std::string dials = "app/factory.New.func1 (/src/factory/f.go:25)";
  const std::string asks = "app/factory.(*remote).Inspect (/src/factory/f.go:32) <- main.by (/src/m.go:76)" + loop;
  const std::string passes = "main.(*logged).RoundTrip (/src/m.go:217) <- app/factory.(*remote).Inspect "
                             "(/src/factory/f.go:32)";
  const std::string notes = "main.check (/src/m.go:66) <- main.run (/src/m.go:60)";
  const auto openers = find_openers(
      rows({{of(dials.c_str(), "net.(*netFD).connect : 80 B : for a request"), 58},
            {of(dials.c_str(), "net.newFD : 176 B : for a request"), 58},
            {of(dials.c_str(), "net.(*sysDialer).doDialUnix : 64 B : for a request"), 58},
            {of(passes.c_str(), "main.(*logged).RoundTrip : 320 B : for a request"), 58},
            {of(asks.c_str(), "net/http.(*Transport).getConn : 48 B"), 58},
            {of(asks.c_str(), "app/factory.(*remote).Inspect : 96 B"), 58},
            {of(notes.c_str(), "main.check : 416 B"), 58},
            {of(makes.c_str(), "app/factory.New : 416 B"), 58}}),
      58, Stays::idle_connections);
  ASSERT_EQ(openers.size(), 5U);
  EXPECT_EQ(openers[0].chain[0].function, "app/factory.New");
  EXPECT_EQ(openers[0].allocates, "app/factory.New");
}

TEST(Openers, OfAClientMadeByAnotherGoroutineIsTheOneThatLeavesATransport) {
  const auto openers = find_openers(rows({{of("main.check (/src/m.go:66)", "main.check : 224 B"), 58},
                                          {of("main.ask (/src/m.go:44)", "net.JoinHostPort : 16 B"), 58},
                                          {of("main.makeClients (/src/m.go:251)", "main.makeClients : 416 B"), 57}}),
                                    58, Stays::idle_connections);
  ASSERT_EQ(openers.size(), 3U);
  EXPECT_EQ(openers[0].chain[0].function, "main.makeClients");
}

TEST(Openers, WhereNothingAsLargeAsATransportStaysAreThoseWhoDialled) {
  const auto openers =
      find_openers(rows({{of("main.check (/src/m.go:66)", "main.check : 224 B"), 58},
                         {of("main.dial (/src/m.go:321) <- main.check (/src/m.go:67)", "net.newFD : 176 B"), 58}}),
                   58, Stays::idle_connections);
  ASSERT_EQ(openers.size(), 2U);
  EXPECT_EQ(openers[0].chain[0].function, "main.dial");
}

TEST(Openers, OfRequestsAreThoseWhoAsk) {
  const auto openers = find_openers(
      rows({{of("main.(*follower).openStream (/src/f.go:63)", "net/http.NewRequestWithContext"), 65},
            {of("main.(*follower).openStream (/src/f.go:63)", "net/url.parse"), 65},
            {of("main.(*follower).readStream (/src/f.go:86)", "github.com/docker/docker/pkg/stdcopy.StdCopy"),
             65},
            {of("main.(*follower).readStream (/src/f.go:85)", "main.(*follower).readStream"), 130}}),
      65, Stays::requests);
  ASSERT_EQ(openers.size(), 2U);
  EXPECT_EQ(chain_text(openers[0]), "main.(*follower).openStream (f.go:63)");
}

TEST(Openers, WithoutMakersAreThoseWhoAsked) {
  const auto openers =
      find_openers(rows({{of(kCaller, "net.JoinHostPort"), 33}}), 33, Stays::idle_connections);
  ASSERT_EQ(openers.size(), 1U);
  EXPECT_EQ(openers[0].chain[0].function, "main.(*monitor).inspect");
}

TEST(Openers, AreNoneWhereNothingGrowsInStepOrNothingWasSampled) {
  EXPECT_TRUE(find_openers(rows({{of(kCaller, "net.JoinHostPort"), 60}}), 33, Stays::other).empty());
  EXPECT_TRUE(find_openers({}, 33, Stays::other).empty());
  EXPECT_TRUE(find_openers(rows({{"no chain", 33}, {"x : y", 33}}), 33, Stays::other).empty());
}

}  // namespace
}  // namespace leakrig
