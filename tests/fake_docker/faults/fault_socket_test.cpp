#include <algorithm>
#include <stdexcept>

#include "harness/spec/faults_text.h"
#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kFollow = "/containers/web-1/logs?stdout=1&follow=1";

/// A daemon with one hundred lines behind each container.
class FaultTest : public FakeDockerTest {
 protected:
  void serve_with(const char* faults, double lines_per_s = 0, double scale = 1) {
    FleetConfig config;
    config.containers = 2;
    config.logs.history = 100;
    config.logs.lines_per_s = lines_per_s;
    FakeDockerOptions options;
    options.socket = socket();
    options.faults = parse_faults(faults);
    FakeDockerTest::serve(config, scale, options);
  }

  /// How the ledger says the only log request ended.
  std::string log_request_closed_by() {
    std::string by;
    eventually([&] {
      for (const auto& entry : ledger_.entries()) {
        if (entry.event == LedgerEvent::request_closed && entry.endpoint.find("/logs") != std::string::npos)
          by = entry.closed_by;
      }
      return !by.empty();
    });
    return by;
  }

  void expect_nothing_left() {
    EXPECT_TRUE(eventually([&] { return docker_->counters().open_connections == 0; }));
    EXPECT_EQ(docker_->counters().open_streams, 0U);
  }
};

TEST_F(FaultTest, StatusIsAnsweredInDockersWords) {
  serve_with(R"([{"kind":"status","status":404,"endpoint":"GET /containers/{id}/json","container":"web-1"},
                 {"kind":"status","status":500,"endpoint":"GET /info","message":"out of order"}])");
  const auto missing = get("/containers/web-1/json");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.json().at("message"), "No such container: web-1");
  EXPECT_EQ(get("/containers/api-2/json").status, 200);
  const auto info = get("/info");
  EXPECT_EQ(info.status, 500);
  EXPECT_EQ(info.json().at("message"), "out of order");
}

TEST_F(FaultTest, DelayedHeadersComeAfterTheDelay) {
  serve_with(R"([{"kind":"delay_headers","delay":"100ms"}])");
  const auto before = clock_->now();
  EXPECT_EQ(get("/_ping").body, "OK");
  EXPECT_EQ(get("/containers/web-1/logs?stdout=1").status, 200);
  EXPECT_GE(clock_->now() - before, milliseconds{200});
}

TEST_F(FaultTest, WithoutHeadersTheRequestStaysOpenUntilTheClientGoes) {
  serve_with(R"([{"kind":"no_headers","endpoint":"GET /info"}])");
  {
    Client client(socket());
    client.get("/info");
    EXPECT_TRUE(eventually([&] { return docker_->counters().open_streams == 1; }));
    // A second request behind it does not hide the client's leaving.
    client.get("/info");
  }
  expect_nothing_left();
}

TEST_F(FaultTest, DropIsAnEndWithoutAnAnswer) {
  serve_with(R"([{"kind":"drop"}])");
  Client client(socket());
  client.get("/_ping");
  EXPECT_EQ(client.head().status, 0);
  EXPECT_TRUE(client.at_eof());
  expect_nothing_left();
}

TEST_F(FaultTest, EofIsACleanEndAtOnce) {
  serve_with(R"([{"kind":"eof"}])", 10);
  const auto logs = get(kFollow);
  EXPECT_EQ(logs.status, 200);
  EXPECT_TRUE(logs.complete);
  EXPECT_TRUE(logs.body.empty());
  EXPECT_TRUE(get("/events").complete);
  EXPECT_TRUE(get("/containers/web-1/stats").body.empty());
}

TEST_F(FaultTest, CloseEndsTheBodyWithoutItsTerminator) {
  serve_with(R"([{"kind":"close","after_bytes":1000,"endpoint":"*logs*"}])");
  const auto logs = get("/containers/web-1/logs?stdout=1");
  EXPECT_EQ(logs.status, 200);
  EXPECT_FALSE(logs.complete);
  EXPECT_LE(logs.body.size(), 1000U);
  EXPECT_EQ(log_request_closed_by(), "fault");
  expect_nothing_left();
}

TEST_F(FaultTest, ResetEndsTheBodyWithoutItsTerminator) {
  serve_with(R"([{"kind":"reset","after_bytes":1000,"endpoint":"*logs*"}])");
  EXPECT_FALSE(get("/containers/web-1/logs?stdout=1").complete);
  EXPECT_EQ(log_request_closed_by(), "fault");
  expect_nothing_left();
}

TEST_F(FaultTest, FaultsHitCompleteAnswersToo) {
  serve_with(R"([{"kind":"close","after_bytes":10,"endpoint":"GET /info"}])");
  const auto info = get("/info");
  EXPECT_EQ(info.status, 200);
  EXPECT_FALSE(info.complete);
  EXPECT_EQ(info.body.size(), 10U);
}

TEST_F(FaultTest, AfterAHalfCloseTheDaemonStillListens) {
  serve_with(R"([{"kind":"half_close","after_bytes":100,"endpoint":"*logs*"}])");
  {
    Client client(socket());
    client.get(kFollow);
    EXPECT_EQ(client.head().status, 200);
    auto rest = client.response();
    EXPECT_FALSE(rest.complete);
    EXPECT_EQ(docker_->counters().open_connections, 1U);
  }
  expect_nothing_left();
  EXPECT_EQ(log_request_closed_by(), "client");
}

TEST_F(FaultTest, AStalledStreamStaysOpenThroughItsContainersEnd) {
  serve_with(R"([{"kind":"stall","after_bytes":500,"endpoint":"*logs*"}])", 10);
  {
    Client client(socket());
    client.get(kFollow);
    EXPECT_EQ(client.head().status, 200);
    EXPECT_EQ(request("POST", "/containers/web-1/stop").status, 204);
    EXPECT_EQ(docker_->counters().open_streams, 1U);
  }
  expect_nothing_left();
}

TEST_F(FaultTest, HoldOpenKeepsTheEndFromTheClient) {
  serve_with(R"([{"kind":"hold_open","endpoint":"*logs*","container":"web-1"}])", 10);
  {
    Client client(socket());
    client.get(kFollow);
    auto logs = client.head();
    client.read_body(logs, [](const std::string& body) { return sequences(body).size() >= 100; });
    Client other(socket());
    other.get("/containers/api-2/logs?stdout=1&follow=1");
    request("POST", "/containers/web-1/stop");
    request("POST", "/containers/api-2/stop");
    EXPECT_TRUE(other.response().complete);
    EXPECT_EQ(docker_->counters().open_streams, 1U);
  }
  expect_nothing_left();
  EXPECT_EQ(get("/_ping").body, "OK");
}

TEST_F(FaultTest, HoldOpenLeavesAnswersAloneThatFollowNothing) {
  serve_with(R"([{"kind":"hold_open"}])", 10);
  for (const auto* target :
       {"/_ping", "/containers/json", "/containers/web-1/json", "/containers/web-1/logs?stdout=1",
        "/containers/web-1/stats?stream=0", "/events?until=1"}) {
    EXPECT_TRUE(get(target).complete) << target;
  }
  {
    Client waiting(socket());
    waiting.send("POST /containers/web-1/wait HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(waiting.head().status, 200);
    EXPECT_EQ(request("POST", "/containers/web-1/stop").status, 204);
    Response ended;
    waiting.read_body(ended, [](const std::string&) { return false; });
    EXPECT_TRUE(ended.complete);
  }
  // The container has stopped already, which a follower is not told either.
  {
    Client follower(socket());
    follower.get(kFollow);
    auto logs = follower.head();
    follower.read_body(logs, [](const std::string& body) { return sequences(body).size() >= 100; });
    EXPECT_FALSE(logs.complete);
    EXPECT_EQ(docker_->counters().open_streams, 1U);
  }
  expect_nothing_left();
}

TEST_F(FaultTest, CutComesAtItsTime) {
  serve_with(R"([{"kind":"cut","after":"10s","endpoint":"*logs*"}])", 1, 100);
  const auto before = clock_->now();
  const auto logs = get(kFollow);
  EXPECT_FALSE(logs.complete);
  EXPECT_GE(sequences(logs.body).size(), 100U);
  EXPECT_GE(clock_->now() - before, seconds{10});
  EXPECT_EQ(log_request_closed_by(), "fault");
  expect_nothing_left();
}

TEST_F(FaultTest, DripIsSlowAndWhole) {
  serve_with(R"([{"kind":"drip","bytes":4000,"every":"1s","endpoint":"*logs*"}])", 0, 100);
  const auto before = clock_->now();
  const auto logs = get("/containers/web-1/logs?stdout=1");
  EXPECT_TRUE(logs.complete);
  EXPECT_EQ(sequences(logs.body).size(), 100U);
  EXPECT_GE(clock_->now() - before, seconds{3});
}

TEST_F(FaultTest, CorruptFrameIsGarbageInOneHeader) {
  serve_with(R"([{"kind":"corrupt_frame","frame":3,"endpoint":"*logs*"}])");
  const auto logs = get("/containers/web-1/logs?stdout=1");
  EXPECT_TRUE(logs.complete);
  EXPECT_EQ(sequences(logs.body), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(logs.body[2 * 128], '\x7f');
}

TEST_F(FaultTest, TruncatedFrameIsTheLastThing) {
  serve_with(R"([{"kind":"truncate_frame","frame":2,"endpoint":"*logs*"}])", 10);
  const auto logs = get(kFollow);
  EXPECT_TRUE(logs.complete);
  EXPECT_EQ(sequences(logs.body), (std::vector<std::uint64_t>{0}));
  EXPECT_EQ(logs.body.size(), 128U + 8U + 60U);
}

TEST_F(FaultTest, ProbabilityIsOfEachRequest) {
  serve_with(R"([{"kind":"status","status":500,"probability":0.5,"endpoint":"GET /_ping"}])");
  int failed = 0;
  for (int i = 0; i < 100; ++i) failed += get("/_ping").status == 500 ? 1 : 0;
  EXPECT_GT(failed, 25);
  EXPECT_LT(failed, 75);
}

TEST_F(FaultTest, RestartDropsEveryoneAndComesBackOnANewSocket) {
  serve_with(R"([{"kind":"restart","from":"1s","down_for":"1s"}])", 10, 5);
  Client follower(socket());
  follower.get(kFollow);
  auto logs = follower.head();
  Client idle(socket());
  EXPECT_TRUE(idle.at_eof());
  follower.read_body(logs, [](const std::string&) { return false; });
  EXPECT_FALSE(logs.complete);
  bool refused = false;
  EXPECT_TRUE(eventually([&] {
    try {
      const Client probe(socket());
      return true;
    } catch (const std::runtime_error& error) {
      refused = std::string{error.what()}.find("refused") != std::string::npos;
      return false;
    }
  }));
  EXPECT_TRUE(refused);
  EXPECT_EQ(get("/_ping").body, "OK");
  EXPECT_EQ(get("/containers/web-1/json").json().at("State").at("Running"), true);
  EXPECT_EQ(log_request_closed_by(), "fault");
  expect_nothing_left();
}

TEST_F(FaultTest, EndsWithClientsHeldByEveryFault) {
  serve_with(R"([{"kind":"no_headers","endpoint":"GET /info"}, {"kind":"stall","endpoint":"GET /events"},
                 {"kind":"drip","every":"1h","endpoint":"*stats"},
                 {"kind":"half_close","after_bytes":1,"endpoint":"*logs*"},
                 {"kind":"delay_headers","delay":"1h","endpoint":"GET /version"},
                 {"kind":"restart","from":"1h"}])");
  std::vector<std::unique_ptr<Client>> clients;
  for (const auto* target : {"/info", "/events", "/containers/web-1/stats", kFollow, "/version"}) {
    clients.push_back(std::make_unique<Client>(socket()));
    clients.back()->get(target);
    clients.back()->get("/_ping");
  }
  EXPECT_TRUE(eventually([&] { return docker_->counters().open_streams == clients.size(); }));
  docker_.reset();
  const auto entries = ledger_.entries();
  const auto count = [&](LedgerEvent event) {
    return std::count_if(entries.begin(), entries.end(),
                         [event](const auto& entry) { return entry.event == event; });
  };
  EXPECT_EQ(count(LedgerEvent::connection_closed), 5);
  EXPECT_EQ(count(LedgerEvent::request_closed), count(LedgerEvent::request_opened));
}

}  // namespace
}  // namespace leakrig
