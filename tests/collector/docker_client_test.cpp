#include "harness/collector/docker_client.h"

#include <gtest/gtest.h>

#include <mutex>
#include <vector>

#include "harness/collector/go_runtime.h"
#include "tests/collector/scripted_server.h"

namespace leakrig {
namespace {

using namespace std::string_literals;
using Connection = ScriptedServer::Connection;

constexpr const char* kStamp = "1970-01-01T00:00:01.000000000Z ";

std::string frame(char stream, const std::string& payload) {
  return std::string{stream} + "\0\0\0\0\0\0"s + static_cast<char>(payload.size()) + payload;
}

/// Answers by request line and remembers what was asked.
struct Daemon {
  using Answer = std::function<void(Connection&, const std::string& line)>;
  explicit Daemon(Answer answers)
      : answer(std::move(answers)), server([this](Connection& connection) {
          while (const auto head = connection.read_request()) {
            {
              const std::lock_guard lock{mutex};
              asked.push_back(request_line(*head));
            }
            answer(connection, request_line(*head));
          }
        }) {}

  Answer answer;
  std::mutex mutex;
  std::vector<std::string> asked;
  ScriptedServer server;
  GoRuntime runtime;
  DockerClient client{server.endpoint(), TransportConfig{}, runtime};
};

void ping(Connection& connection, const std::string& version) {
  connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nApi-Version: " + version + "\r\n\r\n");
}

void not_found(Connection& connection) {
  connection.write("HTTP/1.1 404 Not Found\r\nContent-Length: 31\r\n\r\n{\"message\":\"No such container\"}");
}

TEST(DockerClient, NegotiatesTheVersionOnce) {
  Daemon daemon{[](Connection& connection, const std::string& line) {
    line == "HEAD /_ping" ? ping(connection, "1.30") : connection.answer("[]");
  }};
  daemon.client.list_running({});
  daemon.client.list_running({});
  EXPECT_EQ(daemon.asked, (std::vector<std::string>{"HEAD /_ping", "GET /v1.30/containers/json",
                                                    "GET /v1.30/containers/json"}));
  EXPECT_EQ(daemon.server.accepted(), 1);
}

TEST(DockerClient, NeverSpeaksANewerVersionThanItsOwn) {
  Daemon daemon{[](Connection& connection, const std::string& line) {
    line == "HEAD /_ping" ? ping(connection, "1.50") : connection.answer("[]");
  }};
  daemon.client.list_running({});
  EXPECT_EQ(daemon.asked.at(1), "GET /v1.41/containers/json");
}

TEST(DockerClient, ListsContainersByNameWithoutItsSlash) {
  Daemon daemon{[](Connection& connection, const std::string& line) {
    line == "HEAD /_ping"
        ? ping(connection, "1.41")
        : connection.answer(R"([{"Id":"aaa","Names":["/web-1"]},{"Id":"0123456789abcdef"},{"x":1}])");
  }};
  const auto listed = daemon.client.list_running({});
  const auto& running = std::get<std::vector<ContainerSummary>>(listed);
  ASSERT_EQ(running.size(), 2U);
  EXPECT_EQ(running[0].id, "aaa");
  EXPECT_EQ(running[0].name, "web-1");
  EXPECT_EQ(running[1].name, "0123456789ab");
}

TEST(DockerClient, KnowsATtyFromTheInspection) {
  Daemon daemon{[](Connection& connection, const std::string& line) {
    line == "HEAD /_ping"
        ? ping(connection, "1.41")
        : connection.answer(line.find("/raw/") != std::string::npos ? R"({"Config":{"Tty":true}})"
                                                                    : R"({"Config":{"Tty":false}})");
  }};
  EXPECT_TRUE(std::get<bool>(daemon.client.has_tty("raw", {})));
  EXPECT_FALSE(std::get<bool>(daemon.client.has_tty("framed", {})));
}

TEST(DockerClient, HandsTheDaemonsErrorOnAndKeepsTheConnection) {
  Daemon daemon{[](Connection& connection, const std::string& line) {
    line == "HEAD /_ping" ? ping(connection, "1.41") : not_found(connection);
  }};
  const auto opened = daemon.client.logs({"gone", Nanos{0}, true, false}, {});
  const auto& error = std::get<DockerError>(opened);
  EXPECT_EQ(error.status, 404);
  EXPECT_EQ(error.message, "No such container");
  daemon.client.has_tty("gone", {});
  EXPECT_EQ(daemon.server.accepted(), 1);
}

TEST(DockerClient, SaysThatTheDaemonIsAway) {
  GoRuntime runtime;
  DockerClient client{parse_endpoint("unix:///nonexistent/d.sock"), TransportConfig{}, runtime};
  EXPECT_EQ(std::get<DockerError>(client.list_running({})).status, 0);
  EXPECT_EQ(client.ping({})->message, "dial unix /nonexistent/d.sock: No such file or directory");
}

TEST(DockerClient, ReadsAFramedStreamLineByLine) {
  Daemon daemon{[](Connection& connection, const std::string& line) {
    if (line == "HEAD /_ping") return ping(connection, "1.41");
    const auto bytes =
        frame(1, kStamp + "out\n"s) + frame(2, kStamp + "err\n"s) + frame(3, "daemon trouble\n");
    connection.begin_chunked();
    for (const auto byte : bytes) connection.chunk(std::string{byte});
    connection.chunk("");
  }};
  auto opened = daemon.client.logs({"web", std::chrono::seconds{1}, true, false}, {});
  auto& stream = std::get<LogStream>(opened);
  LogLine line;
  ASSERT_EQ(stream.next(line), BodyRead::data);
  EXPECT_EQ(line.text, "out");
  EXPECT_EQ(line.epoch, std::chrono::seconds{1});
  ASSERT_EQ(stream.next(line), BodyRead::data);
  EXPECT_EQ(line.text, "err");
  EXPECT_EQ(stream.next(line), BodyRead::end);
  EXPECT_EQ(daemon.asked.back(),
            "GET /v1.41/containers/web/logs?follow=1&since=1.000000000&stderr=1&stdout=1&timestamps=1");
}

TEST(DockerClient, ReadsATtyStreamWithoutFrames) {
  Daemon daemon{[](Connection& connection, const std::string& line) {
    if (line == "HEAD /_ping") return ping(connection, "1.41");
    connection.begin_chunked();
    connection.chunk(kStamp + "one\r\n"s + kStamp + "tw");
    connection.chunk("o\r\n");
    connection.chunk("");
  }};
  auto opened = daemon.client.logs({"tty", Nanos{0}, true, true}, {});
  auto& stream = std::get<LogStream>(opened);
  LogLine line;
  ASSERT_EQ(stream.next(line), BodyRead::data);
  EXPECT_EQ(line.text, "one");
  ASSERT_EQ(stream.next(line), BodyRead::data);
  EXPECT_EQ(line.text, "two");
}

TEST(DockerClient, FailsAStreamThatIsNotFramed) {
  Daemon daemon{[](Connection& connection, const std::string& line) {
    if (line == "HEAD /_ping") return ping(connection, "1.41");
    connection.answer("no frames here at all");
  }};
  auto opened = daemon.client.logs({"web", Nanos{0}, true, false}, {});
  LogLine line;
  EXPECT_EQ(std::get<LogStream>(opened).next(line), BodyRead::failed);
}

}  // namespace
}  // namespace leakrig
