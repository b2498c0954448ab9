#include "harness/fake_docker/interventions.h"

#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

constexpr const char* kFollow = "/containers/web-1/logs?stdout=1&follow=1";

class InterventionsTest : public FakeDockerTest {
 protected:
  void serve_quiet() {
    FleetConfig config;
    config.containers = 2;
    config.logs.lines_per_s = 0;
    config.logs.history = 3;
    FakeDockerOptions options;
    options.socket = socket();
    FakeDockerTest::serve(config, 1, options);
  }
  /// A stream of web-1 with its three lines read.
  Client following() {
    Client client(socket());
    client.get(kFollow);
    auto answer = client.head();
    client.read_body(answer, [](const std::string& body) { return sequences(body).size() == 3; });
    return client;
  }
};

TEST_F(InterventionsTest, EndedStreamEndsProperly) {
  serve_quiet();
  Client client(socket());
  client.get(kFollow);
  auto answer = client.head();
  client.read_body(answer, [](const std::string& body) { return sequences(body).size() == 3; });
  docker_->interventions().break_log_streams({"web-1"}, StreamBreak::end);
  client.read_body(answer, [](const std::string&) { return false; });
  EXPECT_TRUE(answer.complete);
}

TEST_F(InterventionsTest, ClosedStreamLacksItsEnd) {
  serve_quiet();
  auto client = following();
  docker_->interventions().break_log_streams({"web-1"}, StreamBreak::close);
  EXPECT_EQ(client.rest(), "");
}

TEST_F(InterventionsTest, StreamIsCutInTheMiddleOfAFramesHeader) {
  serve_quiet();
  auto client = following();
  docker_->interventions().break_log_streams({"web-1"}, StreamBreak::cut_in_frame);
  EXPECT_EQ(client.rest(), std::string("5\r\n\1\0\0\0\0\r\n", 10));
}

TEST_F(InterventionsTest, StreamsOfOtherContainersGoOn) {
  serve_quiet();
  auto client = following();
  docker_->interventions().break_log_streams({"api-2", "nobody"}, StreamBreak::close);
  EXPECT_EQ(docker_->counters().open_streams, 1U);
}

TEST_F(InterventionsTest, StagedFaultHitsSoManyRequestsAndNoMore) {
  serve_quiet();
  FaultConfig fault;
  fault.kind = FaultKind::status;
  fault.status = 503;
  fault.endpoint = "GET /info";
  docker_->interventions().stage(fault, 2);
  Client client(socket());
  std::vector<int> statuses;
  for (int i = 0; i < 3; ++i) {
    client.get("/info");
    statuses.push_back(client.response().status);
  }
  EXPECT_EQ(statuses, (std::vector<int>{503, 503, 200}));
  EXPECT_EQ(docker_->interventions().staged_hits(), 2U);
}

TEST_F(InterventionsTest, ContainersAreStoppedStartedRenamedRemovedAndMade) {
  serve_quiet();
  auto& hands = docker_->interventions();
  ASSERT_EQ(hands.running(), (std::vector<std::string>{"web-1", "api-2"}));
  hands.act(ContainerAction::stop, {"web-1"});
  EXPECT_EQ(hands.running(), (std::vector<std::string>{"api-2"}));
  hands.act(ContainerAction::start, {"web-1"});
  hands.rename("web-1", "front");
  hands.act(ContainerAction::remove, {"api-2"});
  hands.create("back");
  EXPECT_EQ(hands.running(), (std::vector<std::string>{"front", "back"}));
}

TEST_F(InterventionsTest, EventStreamIsBroken) {
  serve_quiet();
  Client client(socket());
  client.get("/events");
  client.head();
  docker_->interventions().break_answers("GET /events");
  EXPECT_TRUE(client.at_eof());
}

TEST_F(InterventionsTest, FloodOfEventsReachesTheSubscriber) {
  serve_quiet();
  Client client(socket());
  client.get("/events");
  auto answer = client.head();
  docker_->interventions().flood_events(100);
  client.read_body(answer, [](const std::string& body) { return std::count(body.begin(), body.end(), '\n') >= 100; });
  EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), '\n'), 100);
}

TEST_F(InterventionsTest, RestartDropsEveryConnectionAndServesAgain) {
  serve_quiet();
  auto client = following();
  docker_->interventions().restart(Nanos{0});
  EXPECT_EQ(client.rest(), "");
  ASSERT_TRUE(eventually([&] {
    try {
      Client again(socket());
      again.get("/_ping");
      return again.response().status == 200;
    } catch (const std::exception&) {
      return false;
    }
  }));
}

}  // namespace
}  // namespace leakrig
