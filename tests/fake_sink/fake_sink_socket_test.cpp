#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/socket.h>

#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/fd.h"
#include "harness/core/log_marker.h"
#include "harness/core/sink_kinds.h"
#include "harness/fake_sink/fake_sink.h"
#include "tests/support/gzip.h"

namespace leakrig {
namespace {

using std::chrono::seconds;

constexpr const char* kPush = "/loki/api/v1/push";
constexpr const char* kJson = "application/json";

class RecordingLedger final : public LedgerSink {
 public:
  void record(const LedgerEntry& entry) override {
    const std::lock_guard lock{mutex_};
    entries_.push_back(entry);
    changed_.notify_all();
  }
  /// Waits for `count` entries of this kind; those there are after ten seconds otherwise.
  std::vector<LedgerEntry> wait_for(LedgerEvent event, std::size_t count) {
    std::unique_lock lock{mutex_};
    std::vector<LedgerEntry> found;
    changed_.wait_for(lock, seconds{10}, [&] {
      found.clear();
      std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(found),
                   [&](const LedgerEntry& entry) { return entry.event == event; });
      return found.size() >= count;
    });
    return found;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LedgerEntry> entries_;
};

struct Rig {
  explicit Rig(FakeSinkOptions options = {}) : sink(options, clock, ledger) {}
  std::unique_ptr<httplib::Client> client() const {
    auto made = std::make_unique<httplib::Client>(sink.url());
    made->set_keep_alive(true);
    return made;
  }

  SystemClock system;
  ScenarioClock clock{system, 1};
  RecordingLedger ledger;
  FakeSink sink;
};

std::string push_of(const std::string& container, std::uint64_t first, std::uint64_t end) {
  std::string values;
  for (auto i = first; i < end; ++i) {
    if (!values.empty()) values += ",";
    values += R"(["1764000000000000000",")" + format_log_marker({container, i, seconds{1'764'000'000}}) +
              R"( text"])";
  }
  return R"({"streams":[{"stream":{"container":")" + container + R"("},"values":[)" + values + "]}]}";
}

int status(const httplib::Result& result) {
  return result ? result->status : -1;
}

TEST(FakeSink, TakesAPushAndKnowsWhatArrived) {
  const Rig rig;
  const auto client = rig.client();
  EXPECT_EQ(status(client->Get("/ready")), 200);
  EXPECT_EQ(status(client->Post(kPush, push_of("web", 0, 5), kJson)), 204);
  EXPECT_EQ(status(client->Post(kPush, push_of("web", 4, 6), kJson)), 204);
  const auto delivery = rig.sink.delivery({{"web", {0, 10}}});
  EXPECT_EQ(delivery.lines_delivered, 6U);
  EXPECT_EQ(delivery.lines_duplicated, 1U);
  EXPECT_EQ(delivery.lines_lost, 4U);
}

TEST(FakeSink, TakesAGzippedPush) {
  const Rig rig;
  const auto client = rig.client();
  const httplib::Headers gzip{{"Content-Encoding", "gzip"}};
  EXPECT_EQ(status(client->Post(kPush, gzip, gzipped(push_of("web", 0, 100)), kJson)), 204);
  EXPECT_EQ(rig.sink.delivery({{"web", {0, 100}}}).lines_lost, 0U);
  EXPECT_EQ(status(client->Post(kPush, gzip, "this is not gzip", kJson)), 400);
}

TEST(FakeSink, AnswersABadPushWithItsReasonAndServesOn) {
  const Rig rig;
  const auto client = rig.client();
  const auto bad = client->Post(kPush, "{", kJson);
  EXPECT_EQ(status(bad), 400);
  EXPECT_EQ(bad->body, "not JSON\n");
  EXPECT_EQ(status(client->Post(kPush, R"({"streams":3})", kJson)), 400);
  EXPECT_EQ(status(client->Get("/elsewhere")), 404);
  EXPECT_EQ(status(client->Post(kPush, push_of("web", 0, 1), kJson)), 204);
}

TEST(FakeSink, RefusesAnOversizeBodyAlsoWhenItIsCompressed) {
  FakeSinkOptions options;
  options.max_message_bytes = 1000;
  const Rig rig{options};
  const auto large = push_of("web", 0, 100);
  EXPECT_EQ(status(rig.client()->Post(kPush, large, kJson)), 413);
  EXPECT_EQ(status(rig.client()->Post(kPush, {{"Content-Encoding", "gzip"}}, gzipped(large), kJson)), 413);
  EXPECT_EQ(status(rig.client()->Post(kPush, push_of("web", 0, 1), kJson)), 204);
}

TEST(FakeSink, RecordsConnectionsAndRequests) {
  Rig rig;
  {
    const auto client = rig.client();
    client->Post(kPush, push_of("web", 0, 3), kJson);
    client->Get("/nowhere");
  }
  const auto closed = rig.ledger.wait_for(LedgerEvent::connection_closed, 1);
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].server, "loki");
  EXPECT_EQ(closed[0].closed_by, "client");
  EXPECT_GT(closed[0].bytes, 0U);
  EXPECT_EQ(rig.ledger.wait_for(LedgerEvent::connection_opened, 1).size(), 1U);
  const auto requests = rig.ledger.wait_for(LedgerEvent::request_closed, 2);
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].endpoint, "POST /loki/api/v1/push");
  EXPECT_EQ(requests[0].status, 204);
  EXPECT_EQ(requests[0].lines, 3U);
  EXPECT_EQ(requests[0].connection, closed[0].connection);
  EXPECT_EQ(requests[1].endpoint, "GET {unknown}");
  EXPECT_EQ(requests[1].status, 404);
  EXPECT_NE(requests[0].request, requests[1].request);
}

TEST(FakeSink, KeepsAnIdleConnectionAndStillEndsAtOnce) {
  RecordingLedger* ledger = nullptr;
  auto rig = std::make_unique<Rig>();
  ledger = &rig->ledger;
  const auto client = rig->client();
  for (auto i = 0; i < 20; ++i) ASSERT_EQ(status(client->Get("/ready")), 200);
  EXPECT_EQ(ledger->wait_for(LedgerEvent::connection_opened, 1).size(), 1U);
  rig.reset();  // would wait for ever on a connection that nobody ends
}

TEST(FakeSink, TakesPushesFromManyConnectionsAtOnce) {
  const Rig rig;
  std::map<std::string, SequenceRange> written;
  {
    std::vector<std::jthread> clients;
    for (auto i = 0; i < 8; ++i) {
      const auto name = "c" + std::to_string(i);
      written[name] = {0, 50};
      clients.emplace_back([&rig, name] {
        const auto client = rig.client();
        for (std::uint64_t line = 0; line < 50; line += 5)
          client->Post(kPush, push_of(name, line, line + 5), kJson);
      });
    }
    for (auto i = 0; i < 20; ++i) rig.sink.delivery(written);
  }
  EXPECT_EQ(rig.sink.delivery(written).lines_lost, 0U);
  EXPECT_EQ(rig.sink.delivery(written).lines_duplicated, 0U);
}

TEST(FakeSink, RefusesAPortThatIsTaken) {
  const Rig first;
  const auto url = first.sink.url();
  FakeSinkOptions same;
  same.ports[0].port = std::stoi(url.substr(url.rfind(':') + 1));
  EXPECT_THROW(Rig{same}, Error);
}

int connected(const std::string& address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  return socket;
}

/// Sends, says that no more comes, and reads to the end: what a client of lines does.
std::string spoken_to(const std::string& address, const std::string& text) {
  const UniqueFd socket{connected(address)};
  ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
  ::shutdown(socket.get(), SHUT_WR);
  std::string heard;
  std::array<char, 1024> piece{};
  for (ssize_t n = 0; (n = ::recv(socket.get(), piece.data(), piece.size(), 0)) > 0;)
    heard.append(piece.data(), static_cast<std::size_t>(n));
  return heard;
}

FakeSinkOptions serving(std::initializer_list<const char*> kinds) {
  FakeSinkOptions options;
  options.ports.clear();
  for (const auto* kind : kinds) options.ports.push_back({kind, 0});
  return options;
}

std::string marked(std::uint64_t sequence) {
  return format_log_marker({"web", sequence, seconds{1'764'000'000}}) + " text";
}

TEST(FakeSink, ServesEveryKind) {
  FakeSinkOptions options;
  options.ports.clear();
  for (const auto& kind : sink_kinds()) options.ports.push_back({kind, 0});
  const Rig rig{options};
  for (const auto& kind : sink_kinds()) EXPECT_NE(rig.sink.url(kind).find("127.0.0.1:"), std::string::npos) << kind;
  EXPECT_THROW(Rig{serving({"kafka"})}, Error);
  EXPECT_THROW(Rig{}.sink.url("syslog"), Error);
}

TEST(FakeSink, TakesLinesOverTcpAndUdp) {
  Rig rig{serving({"syslog"})};
  spoken_to(rig.sink.address("syslog"), "<14>1 - - - - - - " + marked(0) + "\n<14>Jan  1 00:00:00 h a: " + marked(1));
  const auto address = rig.sink.address("syslog");
  const UniqueFd socket{::socket(AF_INET, SOCK_DGRAM, 0)};
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto datagram = "<14>" + marked(2);
  ::sendto(socket.get(), datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  for (int i = 0; i < 500 && rig.sink.delivery({{"web", {0, 3}}}).lines_lost != 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  EXPECT_EQ(rig.sink.delivery({{"web", {0, 3}}}).lines_lost, 0U);
  const auto closed = rig.ledger.wait_for(LedgerEvent::request_closed, 1);
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].endpoint, "TCP lines");
  EXPECT_EQ(closed[0].lines, 2U);
}

TEST(FakeSink, TakesAndAcknowledgesForwardMessages) {
  Rig rig{serving({"fluentd"})};
  const nlohmann::json message{"tag", {{1, {{"log", marked(0)}}}}, {{"chunk", "c1"}}};
  const auto bytes = nlohmann::json::to_msgpack(message);
  const auto heard = spoken_to(rig.sink.address("fluentd"), {bytes.begin(), bytes.end()});
  EXPECT_EQ(nlohmann::json::from_msgpack(heard)["ack"], "c1");
  EXPECT_EQ(rig.sink.delivery({{"web", {0, 1}}}).lines_lost, 0U);
  EXPECT_EQ(spoken_to(rig.sink.address("fluentd"), "GET / HTTP/1.1\r\n\r\n"), "");
}

TEST(FakeSink, FailsAsItIsTold) {
  Rig rig{serving({"loki", "http", "syslog"})};
  const auto client = rig.client();
  rig.sink.set_fault(parse_sink_fault("429:7"));
  const auto refused = client->Post(kPush, push_of("web", 0, 1), kJson);
  EXPECT_EQ(status(refused), 429);
  EXPECT_EQ(refused->get_header_value("Retry-After"), "7");
  EXPECT_EQ(status(client->Get("/ready")), 200) << "no push";
  EXPECT_EQ(rig.sink.delivery({{"web", {0, 1}}}).lines_lost, 1U);
  rig.sink.set_fault(parse_sink_fault("reset"));
  EXPECT_EQ(status(client->Post(kPush, push_of("web", 0, 1), kJson)), -1);
  rig.sink.set_fault(parse_sink_fault("away"));
  EXPECT_EQ(status(client->Get("/ready")), -1);
  rig.sink.set_fault(std::nullopt);
  EXPECT_EQ(status(client->Post(kPush, push_of("web", 0, 1), kJson)), 204);
  EXPECT_EQ(rig.sink.delivery({{"web", {0, 1}}}).lines_lost, 0U);
}

TEST(FakeSink, EndsWhileASilentSinkIsWaitedFor) {
  std::jthread client;
  Rig rig;
  rig.sink.set_fault(parse_sink_fault("silent"));
  client = std::jthread{[url = rig.sink.url()] { httplib::Client{url}.Post(kPush, push_of("web", 0, 1), kJson); }};
}

}  // namespace
}  // namespace leakrig
