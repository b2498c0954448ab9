#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "harness/core/error.h"
#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

using nlohmann::json;

TEST_F(FakeDockerTest, PingAnswersGetAndHead) {
  serve({});
  const auto get_ping = get("/_ping");
  EXPECT_EQ(get_ping.body, "OK");
  EXPECT_EQ(get_ping.headers.at("api-version"), "1.47");
  EXPECT_EQ(get_ping.headers.at("ostype"), "linux");
  const auto head = request("HEAD", "/_ping");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "0");
}

TEST_F(FakeDockerTest, VersionWindowIsConfigurable) {
  FakeDockerOptions options;
  options.socket = socket();
  options.min_api = "1.40";
  options.max_api = "1.44";
  serve({}, 1, options);
  EXPECT_EQ(get("/v1.44/version").json().at("ApiVersion"), "1.44");
  EXPECT_EQ(get("/v1.39/version").json().at("message"),
            "client version 1.39 is too old. Minimum supported API version is 1.40, please upgrade your "
            "client to a "
            "newer version");
  EXPECT_EQ(get("/v1.45/version").status, 400);
}

TEST_F(FakeDockerTest, UnknownPathAndMethodAre404) {
  serve({});
  EXPECT_EQ(get("/nope").json().at("message"), "page not found");
  EXPECT_EQ(request("DELETE", "/version").status, 404);
}

TEST_F(FakeDockerTest, ContainersAreFoundByIdNameAndPrefix) {
  FleetConfig config;
  config.containers = 40;
  serve(config);
  const auto id = get("/containers/web-1/json").json().at("Id").get<std::string>();
  EXPECT_EQ(get("/containers/" + id + "/json").json().at("Name"), "/web-1");
  EXPECT_EQ(get("/containers/" + id.substr(0, 12) + "/json").json().at("Name"), "/web-1");
  EXPECT_EQ(get("/containers/absent/json").json().at("message"), "No such container: absent");
  int ambiguous = 0;
  for (const char c : std::string{"0123456789abcdef"}) {
    ambiguous += get("/containers/" + std::string(1, c) + "/json").status == 400 ? 1 : 0;
  }
  EXPECT_GT(ambiguous, 0);
}

TEST_F(FakeDockerTest, ListHonoursFiltersInBothEncodings) {
  FleetConfig config;
  config.containers = 16;
  serve(config);
  const auto count = [&](const std::string& query) { return get("/containers/json" + query).json().size(); };
  EXPECT_EQ(count(""), 16U);
  request("POST", "/containers/web-1/stop");
  EXPECT_EQ(count(""), 15U);
  EXPECT_EQ(count("?all=1"), 16U);
  EXPECT_EQ(count("?all=True&limit=3"), 3U);
  EXPECT_EQ(count("?limit=-1"), 15U);
  EXPECT_EQ(count(R"(?filters={"status":["exited"]})"), 1U);
  EXPECT_EQ(count(R"(?filters={"status":{"exited":true}})"), 1U);
  EXPECT_EQ(count(R"(?filters={"exited":["143"]})"), 1U);
  EXPECT_EQ(count(R"(?filters={"name":["web"]})"), 1U);
  EXPECT_EQ(count(R"(?all=1&filters={"name":["^/web-1$"]})"), 1U);
  EXPECT_EQ(count(R"(?filters={"label":["com.docker.compose.service=api"]})"), 2U);
  EXPECT_EQ(count(R"(?filters={"ancestor":["redis"]})"), 2U);
  EXPECT_EQ(count(R"(?filters={"ancestor":["redis:7.2-alpine"]})"), 2U);
  EXPECT_EQ(count(R"(?filters={"health":["healthy"]})"), 5U);
  EXPECT_EQ(count(R"(?filters={"before":["db-4"]})"), 3U);
  EXPECT_EQ(count(R"(?filters={"since":["db-4"]})"), 12U);
  EXPECT_EQ(count(R"(?filters={"publish":["20009"]})"), 1U) << "the port of the host";
  EXPECT_EQ(count(R"(?filters={"publish":["80"]})"), 0U);
  EXPECT_EQ(count(R"(?filters={"expose":["80"]})"), 1U);
  EXPECT_EQ(count(R"(?filters={"network":["shop_default"]})"), 15U);
  EXPECT_EQ(get(R"(/containers/json?filters={"colour":["red"]})").status, 400);
  EXPECT_EQ(get(R"(/containers/json?filters={"status":["asleep"]})").status, 400);
  EXPECT_EQ(get(R"(/containers/json?filters={"name":["("]})").status, 400);
  EXPECT_EQ(get("/containers/json?filters={").status, 400);
}

TEST_F(FakeDockerTest, LifecycleAnswersAsDockerd) {
  serve({});
  const auto post = [&](const std::string& what) {
    return request("POST", "/containers/web-1/" + what).status;
  };
  EXPECT_EQ(post("start"), 304);
  EXPECT_EQ(post("stop?t=1"), 204);
  EXPECT_EQ(post("stop"), 304);
  EXPECT_EQ(post("kill"), 409);
  EXPECT_EQ(get("/containers/web-1/json").json().at("State").at("Status"), "exited");
  EXPECT_EQ(docker_->counters().running_containers, 7U);
  EXPECT_EQ(post("restart"), 204);
  EXPECT_EQ(post("kill?signal=SIGHUP"), 204);
  EXPECT_EQ(post("kill?signal=NOPE"), 400);
  EXPECT_EQ(post("start"), 204);
  EXPECT_EQ(request("POST", "/containers/web-1/start", R"({"Binds":[]})").status, 400);
}

TEST_F(FakeDockerTest, EventsComeFilteredAndHeadersAtOnce) {
  serve({});
  Client events(socket());
  events.get(R"(/events?filters={"event":["die"],"type":["container"]})");
  auto stream = events.head();
  EXPECT_EQ(stream.status, 200);
  request("POST", "/containers/web-1/stop");
  events.read_body(stream, [](const std::string& body) { return body.find('\n') != std::string::npos; });
  const auto event = stream.json();
  EXPECT_EQ(event.at("Action"), "die");
  EXPECT_EQ(event.at("Actor").at("Attributes").at("name"), "web-1");
  EXPECT_EQ(event.at("Actor").at("Attributes").at("exitCode"), "143");
  EXPECT_EQ(docker_->counters().open_streams, 1U);
  events.close();
  EXPECT_TRUE(eventually([&] { return docker_->counters().open_streams == 0; }));
}

TEST_F(FakeDockerTest, PastEventsAreReplayedAndUntilEndsTheStream) {
  serve({});
  request("POST", "/containers/web-1/stop");
  request("POST", "/containers/web-1/start");
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(system_.wall()).count();
  const auto replay =
      get("/events?since=" + std::to_string(now - 60) + "&until=" + std::to_string(now) + ".999999999");
  EXPECT_TRUE(replay.complete);
  EXPECT_EQ(std::count(replay.body.begin(), replay.body.end(), '\n'), 4);
  EXPECT_EQ(get("/events?since=20&until=10").status, 400);
}

TEST_F(FakeDockerTest, SocketIsPrivateAndUnlinkedAtTheEnd) {
  serve({});
  struct stat status {};
  ASSERT_EQ(::stat(socket().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  docker_.reset();
  EXPECT_FALSE(std::filesystem::exists(socket()));
}

TEST_F(FakeDockerTest, LiveSocketIsRefusedAndStaleOneReplaced) {
  serve({});
  FakeDockerOptions options;
  options.socket = socket();
  EXPECT_THROW(FakeDocker(options, {}, *clock_, ledger_), Error);
  EXPECT_EQ(get("/_ping").status, 200);
  docker_.reset();
  {
    const UniqueFd stale(::socket(PF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket().native().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(stale.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  serve({});
  EXPECT_EQ(get("/_ping").status, 200);
}

TEST_F(FakeDockerTest, OtherFilesAndAddressesAreRefused) {
  serve({});
  FakeDockerOptions file;
  file.socket = directory_ / "file";
  std::ofstream(file.socket) << "x";
  EXPECT_THROW(FakeDocker(file, {}, *clock_, ledger_), Error);
  FakeDockerOptions address;
  for (const auto* text : {"0.0.0.0:0", "example.org:1", "127.0.0.1", "127.0.0.1:99999"}) {
    address.listen = text;
    EXPECT_THROW(FakeDocker(address, {}, *clock_, ledger_), UsageError) << text;
  }
  EXPECT_THROW(FakeDocker({}, {}, *clock_, ledger_), UsageError);
}

TEST_F(FakeDockerTest, TcpIsServedToo) {
  FakeDockerOptions options;
  options.listen = "127.0.0.1:0";
  serve({}, 1, options);
  EXPECT_EQ(docker_->docker_host(), "tcp://" + docker_->tcp_address());
}

TEST_F(FakeDockerTest, EveryOpeningInTheLedgerHasItsClosing) {
  serve({});
  get("/_ping");
  get("/containers/absent/json");
  get("/containers/web-1/logs?stdout=1");
  {
    Client follower(socket());
    follower.get("/containers/web-1/logs?stdout=1&follow=1");
    follower.head();
    Client idle(socket());
  }
  EXPECT_TRUE(eventually([&] { return docker_->counters().open_connections == 0; }));
  docker_.reset();
  std::map<LedgerEvent, int> events;
  for (const auto& entry : ledger_.entries()) {
    ++events[entry.event];
    EXPECT_EQ(entry.server, "docker");
    EXPECT_EQ(entry.peer_pid, ::getpid());
    if (entry.event == LedgerEvent::request_closed &&
        entry.endpoint == "GET /containers/{id}/logs?follow=1") {
      EXPECT_EQ(entry.closed_by, "client");
      EXPECT_EQ(entry.container, "web-1");
    }
  }
  EXPECT_EQ(events[LedgerEvent::connection_opened], 5);
  EXPECT_EQ(events[LedgerEvent::connection_closed], 5);
  EXPECT_EQ(events[LedgerEvent::request_opened], 4);
  EXPECT_EQ(events[LedgerEvent::request_closed], 4);
}

}  // namespace
}  // namespace leakrig
