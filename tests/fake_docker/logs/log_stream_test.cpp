#include <algorithm>

#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

FleetConfig with_history(std::uint64_t lines, double lines_per_s = 0) {
  FleetConfig config;
  config.containers = 2;
  config.logs.history = lines;
  config.logs.lines_per_s = lines_per_s;
  return config;
}

std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t end) {
  std::vector<std::uint64_t> numbers;
  for (; first < end; ++first) numbers.push_back(first);
  return numbers;
}

/// What every stream must satisfy: in order, nothing missing, nothing twice.
void expect_gapless(const std::vector<std::uint64_t>& numbers) {
  for (std::size_t i = 1; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], numbers[i - 1] + 1);
}

TEST_F(FakeDockerTest, LogsWithoutFollowAreTheHistoryAndThenAnEnd) {
  serve(with_history(500));
  const auto logs = get("/v1.47/containers/web-1/logs?stdout=1&stderr=1");
  EXPECT_TRUE(logs.complete);
  EXPECT_EQ(logs.headers.at("content-type"), "application/vnd.docker.multiplexed-stream");
  EXPECT_EQ(sequences(logs.body), range(0, 500));
  EXPECT_EQ(get("/v1.41/containers/web-1/logs?stdout=1").headers.at("content-type"),
            "application/vnd.docker.raw-stream");
}

TEST_F(FakeDockerTest, ConnectionLivesOnAfterLogs) {
  serve(with_history(3));
  Client client(socket());
  for (int i = 0; i < 3; ++i) {
    client.get("/containers/web-1/logs?stdout=1");
    EXPECT_EQ(sequences(client.response().body), range(0, 3));
  }
  // Pipelined behind a log stream.
  client.send(
      "GET /containers/web-1/logs?stdout=1 HTTP/1.1\r\nHost: d\r\n\r\nGET /_ping HTTP/1.1\r\nHost: "
      "d\r\n\r\n");
  EXPECT_EQ(sequences(client.response().body), range(0, 3));
  EXPECT_EQ(client.response().body, "OK");
}

TEST_F(FakeDockerTest, TailSinceAndUntilSelectLines) {
  serve(with_history(100));
  EXPECT_EQ(sequences(get("/containers/web-1/logs?stdout=1&tail=7").body), range(93, 100));
  EXPECT_TRUE(get("/containers/web-1/logs?stdout=1&tail=0").body.empty());
  EXPECT_EQ(sequences(get("/containers/web-1/logs?stdout=1&tail=some").body), range(0, 100));
  // The time stamp of a line, as `since`, is inclusive; as `until` too.
  const auto line =
      parse_frames(get("/containers/web-1/logs?stdout=1&timestamps=1&tail=1").body).at(0).payload;
  EXPECT_EQ(line.find(' '), 30U);
  EXPECT_EQ(line[29], 'Z');
  const auto due = line.substr(line.find("due=") + 4, 20);
  EXPECT_EQ(sequences(get("/containers/web-1/logs?stdout=1&since=" + due).body), range(99, 100));
  EXPECT_EQ(sequences(get("/containers/web-1/logs?stdout=1&until=" + due).body), range(0, 100));
  EXPECT_EQ(sequences(get("/containers/web-1/logs?stdout=1&tail=2&until=" + due).body), range(98, 100));
  EXPECT_EQ(get("/containers/web-1/logs?stdout=1&since=soon").status, 400);
  EXPECT_EQ(get("/containers/web-1/logs").status, 400);
}

TEST_F(FakeDockerTest, StreamsAreSeparated) {
  auto config = with_history(10);
  config.logs.stderr_every = 5;
  serve(config);
  EXPECT_EQ(sequences(get("/containers/web-1/logs?stderr=1").body), (std::vector<std::uint64_t>{4, 9}));
  const auto frames = parse_frames(get("/containers/web-1/logs?stderr=1&stdout=1").body);
  EXPECT_EQ(frames.at(3).stream, 1);
  EXPECT_EQ(frames.at(4).stream, 2);
}

TEST_F(FakeDockerTest, TtyIsRaw) {
  auto config = with_history(2);
  config.logs.tty = true;
  serve(config);
  const auto logs = get("/containers/web-1/logs?stdout=1");
  EXPECT_EQ(logs.headers.at("content-type"), "application/vnd.docker.raw-stream");
  EXPECT_EQ(logs.body.substr(0, 12), "web-1 seq=0 ");
  EXPECT_EQ(logs.body.substr(logs.body.size() - 2), "\r\n");
  EXPECT_TRUE(get("/containers/web-1/json").json().at("Config").at("Tty").get<bool>());
}

TEST_F(FakeDockerTest, FollowerGetsLinesAsTheyFallDueAndACleanEndAtStop) {
  serve(with_history(0, 1), 1000);
  Client follower(socket());
  follower.get("/containers/web-1/logs?stdout=1&follow=1");
  auto stream = follower.head();
  follower.read_body(stream, [](const std::string& body) { return parse_frames(body).size() >= 300; });
  EXPECT_FALSE(stream.complete);
  EXPECT_EQ(request("POST", "/containers/web-1/stop").status, 204);
  follower.read_body(stream, [](const std::string&) { return false; });
  EXPECT_TRUE(stream.complete);
  const auto numbers = sequences(stream.body);
  expect_gapless(numbers);
  const auto written = docker_->lines_written(Nanos{-1}, clock_->now()).at("web-1");
  EXPECT_EQ(numbers.size(), written.end);
  EXPECT_EQ(docker_->counters().lines_sent, written.end);
}

TEST_F(FakeDockerTest, SoManyFollowersThatTheirLinesWaitForEachOtherMissNone) {
  serve(with_history(0, 100));
  std::vector<std::unique_ptr<Client>> followers;
  for (int i = 0; i < 600; ++i) {
    followers.push_back(std::make_unique<Client>(socket()));
    followers.back()->get(i % 2 == 0 ? "/containers/web-1/logs?stdout=1&follow=1&tail=0"
                                     : "/containers/api-2/logs?stdout=1&follow=1&tail=0");
  }
  for (auto& follower : followers) {
    auto stream = follower->head();
    EXPECT_EQ(stream.status, 200);
    follower->read_body(stream, [](const std::string& body) { return parse_frames(body).size() >= 20; });
    const auto numbers = sequences(stream.body);
    EXPECT_GE(numbers.size(), 20U);
    expect_gapless(numbers);
  }
}

TEST_F(FakeDockerTest, RestartEndsTheStreamAndNumbersRunOn) {
  serve(with_history(0, 1), 1000);
  Client follower(socket());
  follower.get("/containers/web-1/logs?stdout=1&follow=1");
  auto stream = follower.head();
  follower.read_body(stream, [](const std::string& body) { return !body.empty(); });
  request("POST", "/containers/web-1/restart");
  follower.read_body(stream, [](const std::string&) { return false; });
  EXPECT_TRUE(stream.complete);
  const auto last = sequences(stream.body).back();
  Client again(socket());
  again.get("/containers/web-1/logs?stdout=1&follow=1");
  auto all = again.head();
  again.read_body(all, [&](const std::string& body) { return parse_frames(body).size() > last + 20; });
  expect_gapless(sequences(all.body));
  EXPECT_EQ(sequences(all.body).front(), 0U);
}

TEST_F(FakeDockerTest, FollowingAStoppedContainerEndsAfterItsHistory) {
  serve(with_history(5));
  request("POST", "/containers/web-1/stop");
  const auto logs = get("/containers/web-1/logs?stdout=1&follow=1");
  EXPECT_TRUE(logs.complete);
  EXPECT_EQ(sequences(logs.body), range(0, 5));
}

TEST_F(FakeDockerTest, UntilEndsAFollower) {
  serve(with_history(0, 10), 1000);
  const auto later = clock_->epoch_at(clock_->now() + std::chrono::seconds{200});
  const auto until = std::to_string(later.count() / 1'000'000'000) + "." +
                     std::to_string(1'000'000'000 + later.count() % 1'000'000'000).substr(1);
  const auto logs = get("/containers/web-1/logs?stdout=1&follow=1&until=" + until);
  EXPECT_TRUE(logs.complete);
  EXPECT_GT(sequences(logs.body).size(), 100U);
  expect_gapless(sequences(logs.body));
}

TEST_F(FakeDockerTest, StalledReaderResumesInOrderWithoutAGap) {
  serve(with_history(0, 100), 1000);  // 100,000 lines a wall second: a socket buffer fills at once
  Client slow(socket());
  slow.get("/containers/web-1/logs?stdout=1&follow=1");
  Client quick(socket());
  quick.get("/containers/web-1/logs?stdout=1&follow=1&tail=0");
  auto running = quick.head();
  quick.read_body(running, [](const std::string& body) { return body.size() > 2'000'000; });
  quick.close();
  request("POST", "/containers/web-1/stop");
  auto stream = slow.response();
  EXPECT_TRUE(stream.complete);
  const auto numbers = sequences(stream.body);
  expect_gapless(numbers);
  EXPECT_EQ(numbers.front(), 0U);
  EXPECT_EQ(numbers.size(), docker_->lines_written(Nanos{-1}, clock_->now()).at("web-1").end);
}

TEST_F(FakeDockerTest, ManyFollowersOfOneContainerGetTheSame) {
  serve(with_history(0, 1), 1000);
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<Response> streams;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<Client>(socket()));
    clients.back()->get("/containers/web-1/logs?stdout=1&follow=1" +
                        std::string(i % 2 == 0 ? "" : "&timestamps=1"));
    streams.push_back(clients.back()->head());
  }
  EXPECT_EQ(docker_->counters().open_streams, 50U);
  clients.front()->read_body(streams.front(),
                             [](const std::string& body) { return parse_frames(body).size() > 100; });
  request("POST", "/containers/web-1/stop");
  const auto end = docker_->lines_written(Nanos{-1}, clock_->now()).at("web-1").end;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i]->read_body(streams[i], [](const std::string&) { return false; });
    EXPECT_EQ(sequences(streams[i].body), range(0, end));
  }
  EXPECT_EQ(docker_->counters().open_streams, 0U);
}

TEST_F(FakeDockerTest, GoneClientsAreFreed) {
  serve(with_history(0, 0));  // silent: nothing but the hang-up tells
  {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 100; ++i) {
      clients.push_back(std::make_unique<Client>(socket()));
      clients.back()->get("/containers/web-1/logs?stdout=1&follow=1");
    }
    EXPECT_TRUE(eventually([&] { return docker_->counters().open_streams == 100; }));
  }
  EXPECT_TRUE(eventually([&] { return docker_->counters().open_connections == 0; }));
  EXPECT_EQ(docker_->counters().open_streams, 0U);
}

TEST_F(FakeDockerTest, ChurnEndsStreamsAndIsAnnounced) {
  auto config = with_history(0, 1);
  config.churn = ChurnConfig{std::chrono::seconds{60}, std::chrono::seconds{5}};
  serve(config, 1000);
  Client follower(socket());
  follower.get("/containers/web-1/logs?stdout=1&follow=1");
  EXPECT_TRUE(follower.response().complete);
  EXPECT_TRUE(eventually([&] { return get("/containers/web-1/json").json().at("RestartCount") >= 1; }));
}

}  // namespace
}  // namespace leakrig
