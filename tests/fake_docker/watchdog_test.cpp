// What one client can cost the others: time of the serving thread, and memory that does not come back.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <ctime>
#include <string>

#include "harness/fake_docker/logs/log_streams.h"
#include "harness/fake_docker/session.h"

namespace leakrig {
namespace {

Nanos thread_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds{time.tv_sec} + Nanos{time.tv_nsec};
}

class NoLedger final : public LedgerSink {
 public:
  void record(const LedgerEntry&) override {}
};

/// A daemon whose turns are taken one by one, and measured by the CPU time that each takes.
class Watched {
 public:
  explicit Watched(std::size_t containers)
      : clock_(system_, 1),
        daemon_(io_, config(containers), clock_, sink_, {}, FaultEngine({}, 1, Nanos{0})),
        logs_(io_, daemon_.fleet, clock_, daemon_.counters,
              {[this] { daemon_.advance(); },
               [this](const ConnectionRecord& connection, const RequestRecord& request, std::string_view by) {
                 daemon_.ledger.close_request(connection, request, by);
               },
               [this](const ConnectionRecord& connection, std::string_view by) {
                 daemon_.ledger.close_connection(connection, by);
               },
               [this](HandedConnection handed) { sessions_.serve(std::move(handed)); }}),
        sessions_(daemon_, logs_) {
    daemon_.set_log_feed(&logs_);
  }
  ~Watched() {
    client_.reset();
    for (int i = 0; i < 1000; ++i) turn();
  }

  /// Sends a request on a connection of its own, and takes `turns` with whatever is ready. What came, from its
  /// status on.
  std::string ask(const std::string& line, const std::string& body = "", int turns = 400) {
    client_.reset();
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()), 0);
    HandedConnection handed;
    handed.fd = UniqueFd(pair[0]);
    handed.connection = daemon_.ledger.open_connection(0);
    client_ = UniqueFd(pair[1]);
    sessions_.serve(std::move(handed));
    std::string unsent = line + " HTTP/1.1\r\nHost: d\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    std::string answer;
    std::array<char, 65536> buffer;
    for (int idle = 0; idle < turns;) {
      const auto sent = ::send(client_.get(), unsent.data(), unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) unsent.erase(0, static_cast<std::size_t>(sent));
      const bool ran = turn();
      const auto got = ::recv(client_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got > 0 && answer.size() < 1000) answer.append(buffer.data(), static_cast<std::size_t>(got));
      idle = ran || got > 0 ? 0 : idle + 1;
      if (got == 0) break;
    }
    return answer.size() > 12 ? answer.substr(9) : answer;
  }
  void take_turns() {
    while (turn()) {
    }
  }
  Nanos longest() const { return longest_; }
  void forget_longest() { longest_ = Nanos{0}; }
  Daemon& daemon() { return daemon_; }

 private:
  static FleetConfig config(std::size_t containers) {
    FleetConfig config;
    config.containers = containers;
    config.logs.lines_per_s = 0;
    return config;
  }
  bool turn() {
    const auto before = thread_cpu();
    const auto ran = io_.poll_one();
    longest_ = std::max(longest_, thread_cpu() - before);
    return ran != 0;
  }

  boost::asio::io_context io_{1};
  SystemClock system_;
  ScenarioClock clock_;
  NoLedger sink_;
  Daemon daemon_;
  LogStreams logs_;
  Sessions sessions_;
  UniqueFd client_;
  Nanos longest_{0};
};

constexpr Nanos kLongestTurn = std::chrono::milliseconds{50};

// CPU time of the thread, not time on the wall: what other programs do meanwhile does not count.
TEST(Watchdog, NoRequestHoldsTheThreadWhateverItAsksOf20000Containers) {
  Watched watched(20'000);
  for (int i = 0; i < 100; ++i) watched.ask("POST /networks/create", R"({"Name":"n)" + std::to_string(i) + "\"}", 20);
  for (int i = 0; i < 2000; ++i) watched.daemon().volumes.add({"v" + std::to_string(i), {}, false, {}, {}});
  for (const std::string line :
       {"GET /containers/json?all=1&size=1", "GET /containers/json?all=1&filters=%7B%22name%22%3A%5B%22(a%2B)%2B%24%22%5D%7D",
        "GET /containers/json?filters=%7B%22id%22%3A%5B%22ff%22%2C%22fe%22%5D%7D", "GET /containers/json?filters=%7B%22network%22%3A%5B%22none%22%5D%7D",
        "GET /containers/json?limit=3", "GET /system/df", "GET /networks/bridge", "GET /networks/shop_default", "GET /networks",
        "GET /networks?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D", "GET /volumes", "GET /volumes?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D",
        "GET /volumes/shop_db-4_data", "GET /images/json", "GET /info", "GET /containers/web-1/json", "POST /containers/prune", "POST /networks/prune",
        "POST /volumes/prune?filters=%7B%22all%22%3A%5B%22true%22%5D%7D", "POST /images/prune?filters=%7B%22dangling%22%3A%5B%22false%22%5D%7D"}) {
    watched.forget_longest();
    EXPECT_EQ(watched.ask(line).substr(0, 3), "200") << line;
    EXPECT_LT(watched.longest(), kLongestTurn) << line;
  }
  EXPECT_EQ(watched.daemon().volumes.all().size(), 0U) << "pruned";
}

TEST(Watchdog, NoCommandHoldsTheThread) {
  Watched watched(2);
  int made = 0;
  for (const auto* command :
       {R"(["lines","1e-10"])", R"(["lines","1e300"])", R"(["sh","-c","lines 1e-300"])", R"(["burst","1e18"])",
        R"(["sh","-c","burst 1000000; burst 1000000"])", R"(["sleep","1e300"])", R"(["sh","-c","exit 1e300"])"}) {
    const auto name = "c" + std::to_string(++made) + "x";
    EXPECT_EQ(watched.ask("POST /containers/create?name=" + name, std::string{R"({"Image":"nginx:1.25-alpine","Cmd":)"} + command + "}").substr(0, 3), "201") << command;
    EXPECT_EQ(watched.ask("POST /containers/" + name + "/start").substr(0, 3), "204") << command;
    EXPECT_EQ(watched.ask("GET /containers/" + name + "/logs?stdout=1&since=-62135596800.000000000&until=253402300799").substr(0, 3), "200") << command;
    EXPECT_EQ(watched.ask("GET /containers/" + name + "/stats?stream=0&one-shot=1").substr(0, 3), "200") << command;
    EXPECT_EQ(watched.ask("DELETE /containers/" + name + "?force=1").substr(0, 3), "204") << command;
  }
  EXPECT_LT(watched.longest(), kLongestTurn);
}

TEST(Watchdog, DeepBodiesAreRefused) {
  Watched watched(1);
  for (const auto* field : {"Labels", "HostConfig", "Cmd"}) {
    const auto body = std::string{R"({"Image":"nginx:1.25-alpine",")"} + field + "\":" + std::string(100'000, '[') +
                      std::string(100'000, ']') + "}";
    EXPECT_EQ(watched.ask("POST /containers/create", body).substr(0, 3), "400") << field;
  }
  EXPECT_LT(watched.longest(), kLongestTurn);
}

TEST(Memory, RemovedContainersLeaveNothing) {
  Watched watched(2);
  auto& daemon = watched.daemon();
  ContainerSpec spec;
  spec.image = "nginx:1.25-alpine";
  spec.command = {"sleep", "1000000"};
  spec.labels = {{"some", "label"}};
  const auto live_and_die = [&](int times) {
    for (int i = 0; i < times; ++i) {
      const auto made = daemon.fleet.create(spec, daemon.clock.now());
      const auto index = made.events.front().container;
      daemon.announce(made.events);
      daemon.announce(daemon.fleet.start(index, daemon.clock.now()).events);
      daemon.announce(daemon.fleet.remove(index, daemon.clock.now(), true).events);
      daemon.advance();
      watched.take_turns();
    }
    return ::mallinfo2().uordblks;
  };
  const auto after_the_first = live_and_die(1'000);
  const auto after_all = live_and_die(99'000);
  EXPECT_LT(after_all, after_the_first + 64 * 1024);
  EXPECT_LE(daemon.fleet.size(), 3U);
}

}  // namespace
}  // namespace leakrig
