#include "harness/collector/go_transport.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "harness/collector/go_runtime.h"
#include "tests/collector/scripted_server.h"

namespace leakrig {
namespace {

using std::chrono::milliseconds;
using Connection = ScriptedServer::Connection;

/// Answers each request with "hello", or, for /stream, with a stream that brings one line and stays open.
void hello_or_stream(Connection& connection) {
  while (const auto head = connection.read_request()) {
    if (request_line(*head) != "GET /stream") {
      connection.answer("hello");
      continue;
    }
    connection.begin_chunked();
    connection.chunk("first\n");
    connection.wait_for_close();
    return;
  }
}

struct Rig {
  explicit Rig(TransportConfig options = {}, ScriptedServer::Script script = hello_or_stream,
               bool tcp = false)
      : server(std::move(script), tcp), transport(options, runtime) {}

  RoundTrip get(const std::string& path, const std::stop_token& stop = {}) {
    return transport.round_trip(server.endpoint(), {"GET", path, "", ""}, stop);
  }
  /// The body of a GET, read to its end, or what went wrong.
  std::string body(const std::string& path) {
    auto trip = get(path);
    if (!trip.response) return trip.error;
    return trip.response->read_all().value_or("failed");
  }
  /// Waits until that many connections are left, each with its two threads and its socket on the other side.
  bool left_over(std::size_t connections) {
    const auto count = static_cast<int>(connections);
    return eventually([&] {
      return runtime.live_connections() == connections && threads_named("readLoop") == count &&
             threads_named("writeLoop") == count && server.open() == count;
    });
  }

  ScriptedServer server;
  GoRuntime runtime;
  GoTransport transport;
};

TEST(GoTransport, UsesAConnectionAgainOnceTheBodyHasBeenRead) {
  for (const auto tcp : {false, true}) {
    Rig rig{{}, hello_or_stream, tcp};
    for (auto i = 0; i < 20; ++i) ASSERT_EQ(rig.body("/"), "hello");
    EXPECT_EQ(rig.server.accepted(), 1);
    EXPECT_EQ(rig.transport.idle_connections(), 1U);
    EXPECT_TRUE(rig.left_over(1));
  }
}

TEST(GoTransport, UsesAConnectionAgainAfterAnAnswerWithoutBody) {
  Rig rig{{}, [](Connection& connection) {
            while (const auto head = connection.read_request()) {
              connection.write(head->starts_with("HEAD") ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                                                         : "HTTP/1.1 204 No Content\r\n\r\n");
            }
          }};
  for (const auto* method : {"HEAD", "GET", "HEAD", "POST"}) {
    // Nobody reads or closes: there is nothing to read.
    const auto trip = rig.transport.round_trip(rig.server.endpoint(), {method, "/", "", ""});
    ASSERT_TRUE(trip.response) << trip.error;
  }
  EXPECT_EQ(rig.server.accepted(), 1);
}

TEST(GoTransport, SendsTheRequestAsGoDoes) {
  std::vector<std::string> heads;
  Rig rig{{}, [&heads](Connection& connection) {
            while (const auto head = connection.read_request()) {
              heads.push_back(*head);
              connection.answer("x");
            }
          }};
  rig.body("/containers/a/logs?since=1.5&follow=1");
  EXPECT_EQ(request_line(heads.at(0)), "GET /containers/a/logs?since=1.5&follow=1");
  EXPECT_NE(heads[0].find("\r\nHost: docker"), std::string::npos);
  EXPECT_EQ(heads[0].find("Connection:"), std::string::npos);
}

TEST(GoTransport, ClosesEachConnectionWithoutKeepAlives) {
  TransportConfig options;
  options.disable_keep_alives = true;
  std::atomic<int> asked_to_close{0};
  Rig rig{options, [&asked_to_close](Connection& connection) {
            while (const auto head = connection.read_request()) {
              if (head->find("\r\nConnection: close") != std::string::npos) ++asked_to_close;
              connection.answer("hello");
            }
          }};
  for (auto i = 0; i < 5; ++i) ASSERT_EQ(rig.body("/"), "hello");
  EXPECT_EQ(rig.server.accepted(), 5);
  EXPECT_EQ(asked_to_close, 5);
  EXPECT_TRUE(rig.left_over(0));
}

TEST(GoTransport, DoesNotPoolAConnectionThatTheServerEnds) {
  Rig rig{{}, [](Connection& connection) {
            connection.read_request();
            connection.answer("hello", "Connection: close\r\n");
            connection.wait_for_close();
          }};
  EXPECT_EQ(rig.body("/"), "hello");
  EXPECT_EQ(rig.transport.idle_connections(), 0U);
  EXPECT_TRUE(rig.left_over(0));
}

TEST(GoTransport, LeavesTwoThreadsAndASocketForEachStreamDroppedUnclosed) {
  for (const auto disable_keep_alives : {false, true}) {
    TransportConfig options;
    options.disable_keep_alives = disable_keep_alives;
    Rig rig{options};
    std::string line;
    for (auto i = 0; i < 5; ++i) {
      auto trip = rig.get("/stream");
      ASSERT_TRUE(trip.response) << trip.error;
      ASSERT_EQ(trip.response->read(line), BodyRead::data);
    }
    EXPECT_TRUE(rig.left_over(5));
    EXPECT_EQ(rig.transport.idle_connections(), 0U);
    rig.transport.close_idle_connections();
    EXPECT_EQ(rig.runtime.live_connections(), 5U) << "what is not idle is not closed";
  }
}

TEST(GoTransport, LeavesNothingOfStreamsThatAreClosed) {
  for (const auto disable_keep_alives : {false, true}) {
    TransportConfig options;
    options.disable_keep_alives = disable_keep_alives;
    Rig rig{options};
    std::string line;
    for (auto i = 0; i < 5; ++i) {
      auto trip = rig.get("/stream");
      ASSERT_TRUE(trip.response) << trip.error;
      ASSERT_EQ(trip.response->read(line), BodyRead::data);
      EXPECT_EQ(line, "first\n");
      trip.response->close();
      trip.response->close();
    }
    EXPECT_TRUE(rig.left_over(0));
  }
}

TEST(GoTransport, LeaksASmallAnswerThatNobodyReads) {
  Rig rig;
  rig.get("/");
  rig.get("/");
  EXPECT_TRUE(rig.left_over(2));
}

TEST(GoTransport, KeepsADroppedStreamEvenAfterTheServerEndedIt) {
  std::atomic<bool> served{false};
  Rig rig{{}, [&served](Connection& connection) {
            connection.read_request();
            connection.begin_chunked();
            connection.chunk("");
            served = true;
          }};
  rig.get("/stream");
  ASSERT_TRUE(eventually([&] { return served && rig.server.open() == 0; }));
  EXPECT_EQ(rig.runtime.live_connections(), 1U);
  EXPECT_EQ(threads_named("readLoop"), 1);
}

TEST(GoTransport, StopsReadingTheSocketWhenTheReaderStops) {
  std::atomic<std::size_t> written{0};
  Rig rig{{}, [&written](Connection& connection) {
            connection.read_request();
            connection.begin_chunked();
            const std::string block(64 * 1024, 'x');
            for (auto i = 0; i < 1024; ++i) {
              connection.chunk(block);
              written += block.size();
            }
            connection.chunk("");
          }};
  auto trip = rig.get("/");
  std::string piece;
  ASSERT_EQ(trip.response->read(piece), BodyRead::data);
  EXPECT_EQ(rig.body("/stream").size(), 64U * 1024 * 1024) << "another reader is not held up";
  EXPECT_LT(written, (64U + 16U) * 1024 * 1024) << "the first one's writer waits on a full socket buffer";
  trip.response->close();
}

TEST(GoTransport, HoldsRequestsBackAtMaxConnsPerHostUntilOneCloses) {
  TransportConfig options;
  options.max_conns_per_host = 2;
  Rig rig{options};
  auto first = rig.get("/stream");
  auto second = rig.get("/stream");
  std::string third;
  std::thread waiting{[&] { third = rig.body("/"); }};
  ASSERT_TRUE(eventually([&] { return rig.transport.waiting_requests() == 1; }));
  EXPECT_EQ(rig.server.accepted(), 2);
  first.response->close();
  waiting.join();
  EXPECT_EQ(third, "hello");
  EXPECT_EQ(rig.server.accepted(), 3);
  second.response->close();
}

TEST(GoTransport, GivesAReturnedConnectionToTheRequestThatWaits) {
  TransportConfig options;
  options.max_conns_per_host = 1;
  Rig rig{options};
  auto held = rig.get("/");
  std::string second;
  std::thread waiting{[&] { second = rig.body("/"); }};
  ASSERT_TRUE(eventually([&] { return rig.transport.waiting_requests() == 1; }));
  EXPECT_EQ(held.response->read_all(), "hello");
  waiting.join();
  EXPECT_EQ(second, "hello");
  EXPECT_EQ(rig.server.accepted(), 1);
}

TEST(GoTransport, LetsAWaitingRequestBeCancelled) {
  TransportConfig options;
  options.max_conns_per_host = 1;
  Rig rig{options};
  auto held = rig.get("/stream");
  std::stop_source stop;
  std::string error;
  std::thread waiting{[&] { error = rig.get("/", stop.get_token()).error; }};
  ASSERT_TRUE(eventually([&] { return rig.transport.waiting_requests() == 1; }));
  stop.request_stop();
  waiting.join();
  EXPECT_EQ(error, "context canceled");
  EXPECT_EQ(rig.transport.waiting_requests(), 0U);
  held.response->close();
}

TEST(GoTransport, GivesTheSlotOfAFailedDialAway) {
  TransportConfig options;
  options.max_conns_per_host = 1;
  Rig rig{options};
  const auto nowhere = parse_endpoint("tcp://127.0.0.1:1");
  for (auto i = 0; i < 3; ++i) {
    const auto trip = rig.transport.round_trip(nowhere, {"GET", "/", "", ""});
    EXPECT_EQ(trip.error, "dial tcp 127.0.0.1:1: Connection refused");
  }
}

TEST(GoTransport, KeepsNoMoreIdleConnectionsThanAllowed) {
  const auto idle_after_five = [](TransportConfig options) {
    Rig rig{options};
    std::vector<RoundTrip> trips;
    for (auto i = 0; i < 5; ++i) trips.push_back(rig.get("/"));
    for (auto& trip : trips) EXPECT_EQ(trip.response->read_all(), "hello");
    const auto idle = rig.transport.idle_connections();
    EXPECT_TRUE(rig.left_over(idle));
    return idle;
  };
  TransportConfig options;
  EXPECT_EQ(idle_after_five(options), 2U) << "Go's default";
  options.max_idle_conns_per_host = 4;
  EXPECT_EQ(idle_after_five(options), 4U);
  options.max_idle_conns = 3;
  EXPECT_EQ(idle_after_five(options), 3U);
}

TEST(GoTransport, ClosesAnIdleConnectionAfterItsTime) {
  TransportConfig options;
  options.idle_conn_timeout = milliseconds{5};
  Rig rig{options};
  EXPECT_EQ(rig.body("/"), "hello");
  EXPECT_TRUE(rig.left_over(0));
  EXPECT_EQ(rig.transport.idle_connections(), 0U);
}

TEST(GoTransport, DoesNotTimeOutAStreamThatIsInUse) {
  TransportConfig options;
  options.idle_conn_timeout = milliseconds{1};
  std::atomic<bool> go_on{false};
  Rig rig{options, [&go_on](Connection& connection) {
            while (const auto head = connection.read_request()) {
              if (request_line(*head) != "GET /stream") {
                connection.answer("hello");
                continue;
              }
              connection.begin_chunked();
              connection.chunk("first\n");
              eventually([&go_on] { return go_on.load(); });
              connection.chunk("second\n");
              connection.wait_for_close();
              return;
            }
          }};
  auto trip = rig.get("/stream");
  std::string line;
  ASSERT_EQ(trip.response->read(line), BodyRead::data);
  EXPECT_EQ(rig.body("/"), "hello");
  ASSERT_TRUE(rig.left_over(1));  // the other one has timed out
  go_on = true;
  ASSERT_EQ(trip.response->read(line), BodyRead::data);
  EXPECT_EQ(line, "second\n");
  trip.response->close();
}

TEST(GoTransport, NoticesAServerThatClosesAnIdleConnection) {
  std::atomic<bool> close{false};
  Rig rig{{}, [&close](Connection& connection) {
            connection.read_request();
            connection.answer("hello");
            eventually([&close] { return close.load(); });
          }};
  EXPECT_EQ(rig.body("/"), "hello");
  EXPECT_EQ(rig.transport.idle_connections(), 1U);
  close = true;
  EXPECT_TRUE(rig.left_over(0));
  EXPECT_EQ(rig.transport.idle_connections(), 0U);
  EXPECT_EQ(rig.body("/"), "hello") << "the next request dials again";
}

TEST(GoTransport, SendsAGetAgainWhenItsPooledConnectionWasClosed) {
  // The server closes upon the second request of a connection: too late for the pool to have noticed.
  Rig rig{{}, [](Connection& connection) {
            connection.read_request();
            connection.answer("hello");
            connection.read_request();
          }};
  EXPECT_EQ(rig.body("/"), "hello");
  EXPECT_EQ(rig.body("/"), "hello");
  EXPECT_EQ(rig.server.accepted(), 2);
  const auto post = rig.transport.round_trip(rig.server.endpoint(), {"POST", "/", "text/plain", "x"});
  EXPECT_FALSE(post.response) << "a POST may have been acted on";
}

TEST(GoTransport, ReportsAServerThatClosesAFreshConnection) {
  Rig rig{{}, [](Connection& connection) { connection.read_request(); }};
  const auto trip = rig.get("/");
  EXPECT_FALSE(trip.response);
  EXPECT_EQ(rig.server.accepted(), 1);
  EXPECT_TRUE(rig.left_over(0));
}

TEST(GoTransport, ReportsAnswersThatAreNotHttpOrCutShort) {
  Rig rig{{}, [](Connection& connection) {
            const auto head = connection.read_request();
            if (!head) return;
            connection.write(request_line(*head) == "GET /garbage"
                                 ? "this is not http\r\n\r\n"
                                 : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
          }};
  EXPECT_FALSE(rig.get("/garbage").response);
  auto cut = rig.get("/cut");
  ASSERT_TRUE(cut.response);
  EXPECT_EQ(cut.response->read_all(), std::nullopt);
  EXPECT_EQ(cut.response->error(), "unexpected end of the answer");
  EXPECT_TRUE(rig.left_over(0));
}

TEST(GoTransport, GivesUpOnAHeadThatDoesNotCome) {
  TransportConfig options;
  options.response_header_timeout = milliseconds{20};
  Rig rig{options, [](Connection& connection) { connection.wait_for_close(); }};
  EXPECT_EQ(rig.get("/").error, "timeout awaiting response headers");
  EXPECT_TRUE(rig.left_over(0));
}

TEST(GoTransport, DoesNotTimeOutABodyByTheHeaderTimeout) {
  TransportConfig options;
  options.response_header_timeout = milliseconds{20};
  std::atomic<bool> go_on{false};
  Rig rig{options, [&go_on](Connection& connection) {
            connection.read_request();
            connection.begin_chunked();
            eventually([&go_on] { return go_on.load(); });
            connection.chunk("late");
            connection.chunk("");
          }};
  auto trip = rig.get("/");
  ASSERT_TRUE(trip.response) << trip.error;
  std::string piece;
  EXPECT_EQ(trip.response->read(piece, std::chrono::steady_clock::now() + milliseconds{40}),
            BodyRead::timed_out);
  go_on = true;
  EXPECT_EQ(trip.response->read_all(), "late") << "a read that timed out has not disturbed the stream";
}

TEST(GoTransport, EndsAStreamByCancellation) {
  Rig rig;
  std::stop_source stop;
  auto trip = rig.get("/stream", stop.get_token());
  std::string line;
  ASSERT_EQ(trip.response->read(line), BodyRead::data);
  std::thread canceller{[&] { stop.request_stop(); }};
  EXPECT_EQ(trip.response->read(line), BodyRead::failed);
  EXPECT_EQ(trip.response->error(), "context canceled");
  canceller.join();
  EXPECT_TRUE(rig.left_over(0));
}

TEST(GoTransport, EndsADroppedStreamByCancellation) {
  Rig rig;
  std::stop_source stop;
  rig.get("/stream", stop.get_token());
  ASSERT_TRUE(rig.left_over(1));
  stop.request_stop();
  EXPECT_TRUE(rig.left_over(0));
}

TEST(GoTransport, IsNotDisturbedByACancellationAfterTheEnd) {
  Rig rig;
  std::stop_source stop;
  auto trip = rig.get("/", stop.get_token());
  EXPECT_EQ(trip.response->read_all(), "hello");
  stop.request_stop();
  EXPECT_EQ(rig.transport.idle_connections(), 1U);
  EXPECT_EQ(rig.get("/", stop.get_token()).error, "context canceled");
  EXPECT_EQ(rig.body("/"), "hello");
  EXPECT_EQ(rig.server.accepted(), 1);
}

TEST(GoTransport, LeavesItsIdleConnectionWhenDropped) {
  ScriptedServer server{hello_or_stream};
  GoRuntime runtime;
  TransportConfig forever;
  forever.idle_conn_timeout = Nanos{0};
  for (auto i = 0; i < 3; ++i) {
    GoTransport transport{forever, runtime};
    auto trip = transport.round_trip(server.endpoint(), {"GET", "/", "", ""});
    ASSERT_EQ(trip.response->read_all(), "hello");
  }
  EXPECT_EQ(runtime.live_connections(), 3U);
  EXPECT_EQ(threads_named("readLoop"), 3);
  EXPECT_EQ(threads_named("writeLoop"), 3);
}

TEST(GoTransport, ClosesIdleConnectionsWhenAsked) {
  Rig rig;
  rig.body("/");
  rig.transport.close_idle_connections();
  EXPECT_TRUE(rig.left_over(0));
}

TEST(GoRuntime, WakesWhoeverWaitsWhenItShutsDown) {
  Rig rig;
  auto trip = rig.get("/stream");
  std::string line;
  ASSERT_EQ(trip.response->read(line), BodyRead::data);
  auto got = BodyRead::data;
  std::thread reader{[&] { got = trip.response->read(line); }};
  rig.runtime.shutdown();
  reader.join();
  EXPECT_EQ(got, BodyRead::failed);
  EXPECT_EQ(rig.runtime.live_connections(), 0U);
  EXPECT_FALSE(rig.get("/").response);
}

}  // namespace
}  // namespace leakrig
