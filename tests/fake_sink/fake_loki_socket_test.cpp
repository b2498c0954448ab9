#include <gtest/gtest.h>
#include <httplib.h>
#include <zlib.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/log_marker.h"
#include "harness/fake_sink/fake_loki.h"

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
  explicit Rig(FakeLokiOptions options = {}) : loki(options, clock, ledger) {}
  std::unique_ptr<httplib::Client> client() const {
    auto made = std::make_unique<httplib::Client>(loki.url());
    made->set_keep_alive(true);
    return made;
  }

  SystemClock system;
  ScenarioClock clock{system, 1};
  RecordingLedger ledger;
  FakeLoki loki;
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

std::string gzipped(const std::string& text) {
  z_stream stream{};
  constexpr auto kGzip = 15 + 16;
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT: zlib's signature
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

int status(const httplib::Result& result) {
  return result ? result->status : -1;
}

TEST(FakeLoki, TakesAPushAndKnowsWhatArrived) {
  const Rig rig;
  const auto client = rig.client();
  EXPECT_EQ(status(client->Get("/ready")), 200);
  EXPECT_EQ(status(client->Post(kPush, push_of("web", 0, 5), kJson)), 204);
  EXPECT_EQ(status(client->Post(kPush, push_of("web", 4, 6), kJson)), 204);
  const auto delivery = rig.loki.delivery({{"web", {0, 10}}});
  EXPECT_EQ(delivery.lines_delivered, 6U);
  EXPECT_EQ(delivery.lines_duplicated, 1U);
  EXPECT_EQ(delivery.lines_lost, 4U);
}

TEST(FakeLoki, TakesAGzippedPush) {
  const Rig rig;
  const auto client = rig.client();
  const httplib::Headers gzip{{"Content-Encoding", "gzip"}};
  EXPECT_EQ(status(client->Post(kPush, gzip, gzipped(push_of("web", 0, 100)), kJson)), 204);
  EXPECT_EQ(rig.loki.delivery({{"web", {0, 100}}}).lines_lost, 0U);
  EXPECT_EQ(status(client->Post(kPush, gzip, "this is not gzip", kJson)), 400);
}

TEST(FakeLoki, AnswersABadPushWithItsReasonAndServesOn) {
  const Rig rig;
  const auto client = rig.client();
  const auto bad = client->Post(kPush, "{", kJson);
  EXPECT_EQ(status(bad), 400);
  EXPECT_EQ(bad->body, "not JSON\n");
  EXPECT_EQ(status(client->Post(kPush, R"({"streams":3})", kJson)), 400);
  EXPECT_EQ(status(client->Get("/elsewhere")), 404);
  EXPECT_EQ(status(client->Post(kPush, push_of("web", 0, 1), kJson)), 204);
}

TEST(FakeLoki, RefusesAnOversizeBodyAlsoWhenItIsCompressed) {
  FakeLokiOptions options;
  options.max_body_bytes = 1000;
  const Rig rig{options};
  const auto large = push_of("web", 0, 100);
  EXPECT_EQ(status(rig.client()->Post(kPush, large, kJson)), 413);
  EXPECT_EQ(status(rig.client()->Post(kPush, {{"Content-Encoding", "gzip"}}, gzipped(large), kJson)), 413);
  EXPECT_EQ(status(rig.client()->Post(kPush, push_of("web", 0, 1), kJson)), 204);
}

TEST(FakeLoki, RecordsConnectionsAndRequests) {
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

TEST(FakeLoki, KeepsAnIdleConnectionAndStillEndsAtOnce) {
  RecordingLedger* ledger = nullptr;
  auto rig = std::make_unique<Rig>();
  ledger = &rig->ledger;
  const auto client = rig->client();
  for (auto i = 0; i < 20; ++i) ASSERT_EQ(status(client->Get("/ready")), 200);
  EXPECT_EQ(ledger->wait_for(LedgerEvent::connection_opened, 1).size(), 1U);
  rig.reset();  // would wait for ever on a connection that nobody ends
}

TEST(FakeLoki, TakesPushesFromManyConnectionsAtOnce) {
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
    for (auto i = 0; i < 20; ++i) rig.loki.delivery(written);
  }
  EXPECT_EQ(rig.loki.delivery(written).lines_lost, 0U);
  EXPECT_EQ(rig.loki.delivery(written).lines_duplicated, 0U);
}

TEST(FakeLoki, RefusesAPortThatIsTaken) {
  const Rig first;
  const auto url = first.loki.url();
  FakeLokiOptions same;
  same.port = std::stoi(url.substr(url.rfind(':') + 1));
  EXPECT_THROW(Rig{same}, Error);
}

std::string one_line() {
  return R"({"streams":[{"stream":{"a":"b"},"values":[["1","text"]]}]})";
}

TEST(FakeLokiFaults, PushesAreRefusedSoOftenAndThenTaken) {
  Rig rig;
  SinkFault fault;
  fault.kind = SinkFault::Kind::status;
  fault.status = 429;
  rig.loki.set_fault(fault, 2);
  const auto client = rig.client();
  std::vector<int> statuses;
  for (int i = 0; i < 3; ++i) statuses.push_back(client->Post(kPush, one_line(), kJson)->status);
  EXPECT_EQ(statuses, (std::vector<int>{429, 429, 204}));
  EXPECT_EQ(rig.loki.fault_hits(), 2U);
}

TEST(FakeLokiFaults, DroppedPushHasNoAnswer) {
  Rig rig;
  SinkFault fault;
  fault.kind = SinkFault::Kind::drop;
  rig.loki.set_fault(fault, 1);
  const auto client = rig.client();
  EXPECT_FALSE(client->Post(kPush, one_line(), kJson));
  EXPECT_EQ(client->Post(kPush, one_line(), kJson)->status, 204);
}

TEST(FakeLokiFaults, SlowAnswerComesAtOnceWhenTheFaultIsTakenBack) {
  Rig rig;
  SinkFault fault;
  fault.kind = SinkFault::Kind::slow;
  fault.delay = std::chrono::hours{1};
  rig.loki.set_fault(fault, 1);
  int status = 0;
  std::jthread pusher([&] { status = rig.client()->Post(kPush, one_line(), kJson)->status; });
  while (rig.loki.fault_hits() == 0) std::this_thread::yield();
  rig.loki.set_fault({}, 0);
  pusher.join();
  EXPECT_EQ(status, 204);
}

TEST(FakeLokiFaults, ASlowAnswerDoesNotHoldTheEnd) {
  std::jthread pusher;
  {
    Rig rig;
    SinkFault fault;
    fault.kind = SinkFault::Kind::slow;
    fault.delay = std::chrono::hours{1};
    rig.loki.set_fault(fault, 1);
    pusher = std::jthread([client = std::shared_ptr(rig.client())] { client->Post(kPush, one_line(), kJson); });
    while (rig.loki.fault_hits() == 0) std::this_thread::yield();
  }
}

}  // namespace
}  // namespace leakrig
