#include "harness/collector/container_monitor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "harness/collector/go_runtime.h"
#include "harness/core/units.h"
#include "tests/collector/scripted_server.h"

namespace leakrig {
namespace {

using namespace std::string_literals;
using std::chrono::hours;
using std::chrono::milliseconds;
using Connection = ScriptedServer::Connection;

constexpr Nanos kFirstLine = std::chrono::seconds{1'764'000'000};

/// A daemon with containers whose logs grow when the test says so. Every stream brings, from its `since` on,
/// the lines there are and then those that come.
class FakeDaemon {
 public:
  FakeDaemon() : server_([this](Connection& connection) { serve(connection); }) {}
  ~FakeDaemon() {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    changed_.notify_all();
  }

  void set_running(std::set<std::string> names) {
    const std::lock_guard lock{mutex_};
    running_ = std::move(names);
  }
  void log(int lines) {
    const std::lock_guard lock{mutex_};
    lines_ += lines;
    changed_.notify_all();
  }
  /// Every stream that is open ends; `cleanly` or in the middle.
  void end_streams(bool cleanly) {
    const std::lock_guard lock{mutex_};
    ++generation_;
    cleanly_ = cleanly;
    changed_.notify_all();
  }
  int streams_opened() const { return opened_; }
  int pings() const { return pings_; }
  int inspections() const { return inspections_; }
  int open_streams() const { return open_; }
  const Endpoint& endpoint() const { return server_.endpoint(); }
  int open_connections() const { return server_.open(); }

 private:
  void serve(Connection& connection) {
    while (const auto head = connection.read_request()) {
      const auto line = request_line(*head);
      if (line == "HEAD /_ping") {
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nApi-Version: 1.41\r\n\r\n");
      } else if (line == "GET /_ping") {
        ++pings_;
        connection.answer("OK");
      } else if (line.ends_with("/containers/json")) {
        connection.answer(list());
      } else if (line.ends_with("/json")) {
        ++inspections_;
        connection.answer(R"({"Config":{"Tty":false}})");
      } else if (line.ends_with("/events")) {
        connection.begin_chunked();
        connection.wait_for_close();
        return;
      } else {
        ++open_;
        stream(connection, line);
        --open_;
        return;
      }
    }
  }

  std::string list() {
    const std::lock_guard lock{mutex_};
    std::string list;
    for (const auto& name : running_) {
      if (!list.empty()) list += ",";
      list += R"({"Id":"id-)" + name + R"(","Names":["/)" + name + R"("]})";
    }
    return "[" + list + "]";
  }

  void stream(Connection& connection, const std::string& request) {
    const auto since = request.substr(request.find("since=") + 6);
    const auto follow = request.find("follow=1") != std::string::npos;
    auto next = 0;
    while (format_since(stamp(next)) < since.substr(0, since.find('&')) && next < 1000) ++next;
    connection.begin_chunked();
    std::unique_lock lock{mutex_};
    ++opened_;
    const auto generation = generation_;
    while (true) {
      changed_.wait_for(lock, milliseconds{20},
                        [&] { return next < lines_ || generation != generation_ || stopping_; });
      const auto ended = generation != generation_ || stopping_ || !follow;
      const auto cleanly = cleanly_ || !follow;
      const auto until = lines_;
      lock.unlock();
      for (; next < until; ++next) connection.chunk(frame_of(next));
      if (ended) {
        if (cleanly) connection.chunk("");
        return;
      }
      if (!connection.peer_is_there()) return;
      lock.lock();
    }
  }

  static Nanos stamp(int line) { return kFirstLine + milliseconds{line}; }
  static std::string frame_of(int line) {
    const auto payload = rfc3339_nano(stamp(line)) + " line " + std::to_string(line) + "\n";
    return "\1\0\0\0\0\0\0"s + static_cast<char>(payload.size()) + payload;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> running_;  // under mutex_
  int lines_ = 0;                  // under mutex_
  int generation_ = 0;             // under mutex_
  bool cleanly_ = true;            // under mutex_
  bool stopping_ = false;          // under mutex_
  std::atomic<int> opened_{0};
  std::atomic<int> pings_{0};
  std::atomic<int> inspections_{0};
  std::atomic<int> open_{0};
  ScriptedServer server_;
};

class RecordingSink final : public LogSink {
 public:
  bool push(ShippedLine line, const std::stop_token&) override {
    const std::lock_guard lock{mutex_};
    lines_.push_back(line.container + ": " + line.text);
    return true;
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock{mutex_};
    return lines_;
  }
  bool has(std::size_t count) const {
    return eventually([&] { return lines().size() >= count; });
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// Nothing happens by itself unless a test says so.
ContainerMonitorConfig quiet() {
  ContainerMonitorConfig config;
  config.discover_every = hours{1};
  config.heartbeat_every = hours{1};
  config.retry_wait = milliseconds{2};
  return config;
}

struct Rig {
  void start(const ContainerMonitorConfig& config, TransportConfig transport = {}, int clients = 1) {
    docker.clients = clients;
    docker.transport = transport;
    docker.health_check_every = health_check_every;
    pool.emplace(daemon.endpoint(), docker, runtime);
    monitor.emplace(config, docker, *pool, sink, kFirstLine, [this] { ++ready; });
  }
  bool is_ready() const {
    return eventually([&] { return ready == 1; });
  }

  FakeDaemon daemon;
  RecordingSink sink;
  Nanos health_check_every = hours{1};
  DockerConfig docker;
  std::atomic<int> ready{0};
  GoRuntime runtime;
  std::optional<DockerPool> pool;
  std::optional<ContainerMonitor> monitor;
};

std::vector<std::string> lines_of(const std::string& container, int count) {
  std::vector<std::string> lines;
  for (auto i = 0; i < count; ++i) lines.push_back(container + ": line " + std::to_string(i));
  return lines;
}

TEST(ContainerMonitor, ShipsEachLineOfARunningContainer) {
  Rig rig;
  rig.daemon.set_running({"web"});
  rig.daemon.log(2);
  rig.start(quiet());
  EXPECT_TRUE(rig.is_ready());
  ASSERT_TRUE(rig.sink.has(2));
  rig.daemon.log(3);
  ASSERT_TRUE(rig.sink.has(5));
  EXPECT_EQ(rig.sink.lines(), lines_of("web", 5));
}

TEST(ContainerMonitor, HasAFollowerAndAHeartbeatForEachContainer) {
  Rig rig;
  rig.daemon.set_running({"a", "b", "c"});
  rig.start(quiet(), {}, 2);
  EXPECT_TRUE(eventually([] { return threads_named("follow") == 3 && threads_named("heartbeat") == 3; }));
  EXPECT_TRUE(eventually([] { return threads_named("health") == 2 && threads_named("discover") == 1; }));
  rig.monitor.reset();
  // Joined threads leave /proc a moment after their join.
  EXPECT_TRUE(eventually([] {
    return threads_named("follow") + threads_named("heartbeat") + threads_named("health") +
               threads_named("discover") ==
           0;
  }));
}

TEST(ContainerMonitor, ResumesAfterAnErrorOrTheEndWithoutLossOrRepetition) {
  for (const auto cleanly : {true, false}) {
    Rig rig;
    rig.daemon.set_running({"web"});
    rig.start(quiet());
    for (auto round = 1; round <= 3; ++round) {
      rig.daemon.log(4);
      ASSERT_TRUE(rig.sink.has(static_cast<std::size_t>(4 * round)));
      rig.daemon.end_streams(cleanly);
      ASSERT_TRUE(eventually([&] { return rig.daemon.streams_opened() > round; }));
    }
    rig.daemon.log(1);
    ASSERT_TRUE(rig.sink.has(13));
    EXPECT_EQ(rig.sink.lines(), lines_of("web", 13));
  }
}

TEST(ContainerMonitor, LeavesAStreamBehindAtEachReopenWithoutClose) {
  Rig rig;
  rig.daemon.set_running({"web"});
  auto config = quiet();
  config.reopen_every = milliseconds{5};
  config.close_on_reopen = false;
  TransportConfig transport;
  transport.disable_keep_alives = true;
  rig.start(config, transport);
  rig.daemon.log(3);
  ASSERT_TRUE(eventually([&] { return rig.daemon.streams_opened() >= 10; }));
  EXPECT_TRUE(eventually([] { return threads_named("follow") == 1; }));
  rig.monitor.reset();
  // The follower closes the stream it holds when it ends; those that it dropped are nobody's.
  ASSERT_TRUE(eventually([&] {
    return static_cast<int>(rig.runtime.live_connections()) == rig.daemon.open_connections() &&
           threads_named("readLoop") == rig.daemon.open_connections() &&
           threads_named("writeLoop") == rig.daemon.open_connections();
  }));
  EXPECT_GE(rig.daemon.open_connections(), 9);
  EXPECT_EQ(rig.sink.lines(), lines_of("web", 3));
}

TEST(ContainerMonitor, LeavesNothingBehindAtAReopenWithClose) {
  Rig rig;
  rig.daemon.set_running({"web"});
  auto config = quiet();
  config.reopen_every = milliseconds{5};
  TransportConfig transport;
  transport.disable_keep_alives = true;
  rig.start(config, transport);
  rig.daemon.log(3);
  ASSERT_TRUE(eventually([&] { return rig.daemon.streams_opened() >= 10; }));
  rig.monitor.reset();
  EXPECT_TRUE(eventually([&] { return rig.runtime.live_connections() == 0; }));
  EXPECT_EQ(rig.sink.lines(), lines_of("web", 3));
}

TEST(ContainerMonitor, StarvesAtMaxConnsPerHostAndStillStops) {
  Rig rig;
  rig.daemon.set_running({"web"});
  auto config = quiet();
  config.reopen_every = milliseconds{5};
  config.close_on_reopen = false;
  TransportConfig transport;
  transport.max_conns_per_host = 4;
  rig.start(config, transport);
  ASSERT_TRUE(
      eventually([&] { return rig.daemon.streams_opened() == 4 && rig.daemon.open_connections() == 4; }));
  rig.daemon.log(3);
  EXPECT_EQ(rig.daemon.streams_opened(), 4);
  rig.monitor.reset();
  EXPECT_EQ(rig.daemon.streams_opened(), 4);
}

TEST(ContainerMonitor, FollowsContainersAsTheyComeAndGo) {
  Rig rig;
  auto config = quiet();
  config.discover_every = milliseconds{5};
  rig.daemon.set_running({"a"});
  rig.start(config);
  rig.daemon.log(1);
  ASSERT_TRUE(rig.sink.has(1));
  rig.daemon.set_running({"a", "b"});
  ASSERT_TRUE(rig.sink.has(2));
  EXPECT_EQ(rig.sink.lines().back(), "b: line 0");
  EXPECT_TRUE(eventually([] { return threads_named("follow") == 2; }));
  rig.daemon.set_running({"b"});
  EXPECT_TRUE(eventually([] { return threads_named("follow") == 1 && threads_named("heartbeat") == 1; }));
  rig.daemon.log(1);
  ASSERT_TRUE(rig.sink.has(3));
  EXPECT_EQ(rig.sink.lines().back(), "b: line 1");
}

TEST(ContainerMonitor, PollsWithoutFollowing) {
  Rig rig;
  auto config = quiet();
  config.follow = false;
  config.poll_every = milliseconds{5};
  rig.daemon.set_running({"web"});
  rig.daemon.log(2);
  rig.start(config);
  ASSERT_TRUE(rig.sink.has(2));
  rig.daemon.log(2);
  ASSERT_TRUE(rig.sink.has(4));
  EXPECT_EQ(rig.sink.lines(), lines_of("web", 4));
}

TEST(ContainerMonitor, ChecksTheHealthOfEachClient) {
  Rig rig;
  rig.health_check_every = milliseconds{5};
  rig.start(quiet(), {}, 3);
  EXPECT_TRUE(eventually([&] { return rig.daemon.pings() >= 9; }));
  EXPECT_TRUE(rig.is_ready());
}

/// An exclusive pool of two clients: the lister holds one for ever, the first stream the other.
TEST(ContainerMonitor, LeavesAnIdleConnectionForEachCheckWhileItsPoolIsEmpty) {
  for (const auto closes : {false, true}) {
    Rig rig;
    rig.docker.checkout = Checkout::exclusive;
    rig.docker.close_temporary_clients = closes;
    rig.health_check_every = milliseconds{10};
    rig.daemon.set_running({"a", "b"});
    TransportConfig transport;
    transport.idle_conn_timeout = Nanos{0};
    rig.start(quiet(), transport, 2);
    ASSERT_TRUE(eventually([&] { return rig.daemon.inspections() >= 30; }));
    // Two streams, the lister's two, and no more than one check on its way.
    if (closes) {
      EXPECT_TRUE(eventually([&] { return rig.daemon.open_connections() <= 6; }));
    } else {
      EXPECT_GE(rig.daemon.open_connections(), 28);
    }
  }
}

TEST(ContainerMonitor, ChecksWithAClientThatIsFreeWhileItsPoolIsNotEmpty) {
  Rig rig;
  rig.docker.checkout = Checkout::exclusive;
  rig.docker.close_temporary_clients = false;
  rig.health_check_every = milliseconds{10};
  rig.daemon.set_running({"a"});
  rig.start(quiet(), {}, 3);
  ASSERT_TRUE(eventually([&] { return rig.daemon.inspections() >= 30; }));
  EXPECT_LE(rig.daemon.open_connections(), 5);
}

TEST(ContainerMonitor, NeverOpensAStreamAgainThatWaitsForItsHeartbeat) {
  Rig rig;
  auto config = quiet();
  config.rotate_every = milliseconds{20};
  config.rotate_awaits_heartbeat = true;
  rig.daemon.set_running({"web"});
  rig.start(config);
  rig.daemon.log(1);
  ASSERT_TRUE(rig.sink.has(1));
  ASSERT_TRUE(eventually([&] { return rig.daemon.open_streams() == 0; }));
  EXPECT_EQ(rig.daemon.streams_opened(), 1);
  EXPECT_TRUE(eventually([] { return threads_named("follow") == 1; }));
  rig.monitor.reset();  // and it still stops
}

TEST(ContainerMonitor, RetriesUntilTheDaemonIsThere) {
  const DockerConfig docker;
  GoRuntime runtime;
  DockerPool pool{parse_endpoint("unix:///nonexistent/d.sock"), docker, runtime};
  RecordingSink sink;
  std::atomic<int> ready{0};
  {
    ContainerMonitor monitor{quiet(), docker, pool, sink, kFirstLine, [&ready] { ++ready; }};
    EXPECT_TRUE(eventually([] { return threads_named("discover") == 1; }));
  }
  EXPECT_EQ(ready, 0);
}

}  // namespace
}  // namespace leakrig
