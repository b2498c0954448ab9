#include <random>

#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

TEST_F(FakeDockerTest, MalformedRequestsGetA4xxAndTheDaemonServesOn) {
  serve({});
  for (const auto* bytes :
       {"\r\n\r\n", "nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    Client client(socket());
    client.send(bytes);
    const auto response = client.response();
    EXPECT_GE(response.status, 400) << bytes;
    EXPECT_LT(response.status, 500) << bytes;
    EXPECT_TRUE(response.json().contains("message")) << bytes;
    EXPECT_TRUE(client.at_eof()) << bytes;
  }
  EXPECT_EQ(get("/_ping").status, 200);
}

TEST_F(FakeDockerTest, OversizedHeaderAndBodyAreRefused) {
  serve({});
  Client header(socket());
  header.send("GET /_ping HTTP/1.1\r\nX: " + std::string(70 * 1024, 'x') + "\r\n\r\n");
  EXPECT_EQ(header.response().status, 431);
  Client body(socket());
  body.send("POST /containers/web-1/start HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_EQ(body.response().status, 413);
  EXPECT_EQ(get("/_ping").status, 200);
}

TEST_F(FakeDockerTest, DisconnectAtAnyPointLeavesNothingBehind) {
  FleetConfig config;
  config.logs.history = 5000;
  serve(config);
  const std::string request =
      "GET /v1.41/containers/web-1/logs?stdout=1&follow=1&timestamps=1 HTTP/1.1\r\nHost: d\r\n\r\n";
  for (std::size_t length = 0; length <= request.size(); length += 3) {
    Client client(socket());
    client.send(request.substr(0, length));
  }
  EXPECT_TRUE(eventually([&] { return docker_->counters().open_connections == 0; }));
  EXPECT_EQ(docker_->counters().open_streams, 0U);
  EXPECT_EQ(get("/_ping").status, 200);
}

TEST_F(FakeDockerTest, RandomBytesDoNoHarm) {
  serve({});
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    std::string bytes(random() % 200, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    if (i % 2 == 0) bytes = "GET /containers/web-1/logs?" + bytes + " HTTP/1.1\r\n\r\n";
    Client client(socket());
    client.send(bytes);
  }
  EXPECT_TRUE(eventually([&] { return docker_->counters().open_connections == 0; }));
  EXPECT_EQ(get("/_ping").status, 200);
}

TEST_F(FakeDockerTest, EndsWithClientsInEveryState) {
  FleetConfig config;
  config.logs.lines_per_s = 100;
  serve(config, 100);
  Client idle(socket());
  Client half(socket());
  half.send("GET /_pi");
  Client follower(socket());
  follower.get("/containers/web-1/logs?stdout=1&follow=1");
  follower.head();
  Client stalled(socket());
  stalled.get("/containers/api-2/logs?stdout=1&follow=1");
  Client events(socket());
  events.get("/events");
  events.head();
  EXPECT_TRUE(eventually([&] { return docker_->counters().open_streams == 3; }));
  docker_.reset();
  int open = 0;
  for (const auto& entry : ledger_.entries()) {
    open += entry.event == LedgerEvent::connection_opened ? 1 : 0;
    open -= entry.event == LedgerEvent::connection_closed ? 1 : 0;
    if (entry.event == LedgerEvent::connection_closed) {
      EXPECT_EQ(entry.closed_by, "server");
    }
  }
  EXPECT_EQ(open, 0);
}

}  // namespace
}  // namespace leakrig
