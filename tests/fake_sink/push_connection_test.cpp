#include "harness/fake_sink/push_connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <thread>

#include "harness/core/fd.h"

namespace leakrig {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;

/// Both ends of a connection; what the client writes waits in the socket.
struct Ends {
  explicit Ends(RequestTime time = {hours{1}, hours{1}}, std::size_t max_body = 1000) {
    std::array<int, 2> fds{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) throw std::bad_alloc{};
    client = UniqueFd{fds[0]};
    server = UniqueFd{fds[1]};
    connection.emplace(server.get(), 1, max_body, room, time);
  }
  /// False once the server has closed.
  bool write(std::string_view text) const {
    return ::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  void end_writing() const { ::shutdown(client.get(), SHUT_WR); }
  /// What the server sends until it has sent `end`, or closes.
  std::string read_until(std::string_view end) const {
    std::string text;
    char byte = 0;
    while (!text.ends_with(end) && ::recv(client.get(), &byte, 1, 0) == 1) text += byte;
    return text;
  }
  std::optional<PushConnection::Head> next() {
    return connection->read([](const ServedRequest&) {});
  }
  /// All that the server has sent.
  std::string said() {
    server = UniqueFd{};
    return read_until("what no server says");
  }

  MessageRoom room;
  UniqueFd client;
  UniqueFd server;
  std::optional<PushConnection> connection;
};

constexpr auto kWhole = ServedRequest::Body::whole;
constexpr auto kUnreadable = ServedRequest::Body::unreadable;
constexpr auto kTooLarge = ServedRequest::Body::too_large;
constexpr auto kNoRoom = ServedRequest::Body::no_room;

TEST(PushConnection, HoldsNoBodyForWhichAllClientsLeaveNoRoom) {
  Ends ends({hours{1}, hours{1}}, 1'000'000);
  MessageRoom::Share others(ends.room);
  ASSERT_TRUE(others.resize(MessageRoom::kMostBytes - 1000));
  ends.write("POST /push HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\nx");
  const auto refused = ends.next();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->request.state, kNoRoom);
  EXPECT_FALSE(refused->keep_alive);
}

TEST(PushConnection, GivesItsRoomBackWithTheAnswer) {
  Ends ends;
  for (int i = 0; i < 3; ++i) {
    ends.write("POST /push HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
    ASSERT_EQ(ends.next()->request.state, kWhole);
  }
  MessageRoom::Share all(ends.room);
  EXPECT_TRUE(all.resize(MessageRoom::kMostBytes));
}

TEST(PushConnection, JoinsTheChunksOfABodyAndReadsTheRequestBehindIt) {
  Ends ends;
  ends.write(
      "POST /push HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4\r\nwiki\r\n5;name=value\r\npedia\r\n0\r\nTrailer: x\r\n\r\n"
      "GET /ready HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto pushed = ends.next();
  ASSERT_TRUE(pushed);
  EXPECT_EQ(pushed->request.state, kWhole);
  EXPECT_EQ(pushed->request.body, "wikipedia");
  EXPECT_TRUE(pushed->keep_alive);
  const auto ready = ends.next();
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->request.path, "/ready");
}

TEST(PushConnection, TakesABodyThatComesAByteAtATime) {
  Ends ends;
  const std::jthread client{[&] {
    for (const char byte : std::string_view{
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"})
      ends.write({&byte, 1});
  }};
  const auto pushed = ends.next();
  ASSERT_TRUE(pushed);
  EXPECT_EQ(pushed->request.state, kWhole);
  EXPECT_EQ(pushed->request.body, "ab");
}

TEST(PushConnection, NeverTakesACutBodyForAWholeOne) {
  for (const std::string cut :
       {"Content-Length: 10\r\n\r\nfour", "Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nfo", "Content-Length: 10\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfour\r\nfour\r\n0\r\n\r\n"}) {
    Ends ends;
    ends.write("POST /push HTTP/1.1\r\nHost: a\r\n" + cut);
    ends.end_writing();
    const auto pushed = ends.next();
    ASSERT_TRUE(pushed) << cut;
    EXPECT_EQ(pushed->request.state, kUnreadable) << cut;
    EXPECT_FALSE(pushed->keep_alive) << cut;
  }
}

TEST(PushConnection, TellsAClientThatWaitsToGoOn) {
  Ends ends;
  std::string interim;
  const std::jthread client{[&] {
    ends.write("POST /push HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
    interim = ends.read_until("\r\n\r\n");
    ends.write("{}");
  }};
  const auto pushed = ends.next();
  ASSERT_TRUE(pushed);
  EXPECT_EQ(pushed->request.body, "{}");
  EXPECT_EQ(interim, "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST(PushConnection, TellsNobodyToGoOnWhoMayNotOrNeedNot) {
  for (const std::string head :
       {"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n",  // too large
        "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",  // has come
                                                                                              // already
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"}) {
    Ends ends;
    ends.write(head);
    ends.end_writing();
    ASSERT_TRUE(ends.next()) << head;
    EXPECT_EQ(ends.said(), "") << head;
  }
}

TEST(PushConnection, ReadsNoMoreOfABodyThanItTakes) {
  Ends declared;
  declared.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");  // and never sends it
  EXPECT_EQ(declared.next()->request.state, kTooLarge);
  Ends chunked;
  std::string chunks = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 3; ++i) chunks += "1f4\r\n" + std::string(500, 'x') + "\r\n";
  chunked.write(chunks);  // and never ends
  const auto pushed = chunked.next();
  EXPECT_EQ(pushed->request.state, kTooLarge);
  EXPECT_FALSE(pushed->keep_alive);
}

TEST(PushConnection, RefusesTwoLengthsInOneRequest) {
  for (const std::string lengths :
       {"Content-Length: 4\r\nTransfer-Encoding: chunked", "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: 4, 5", "Content-Length: -4", "Content-Length: 4x"}) {
    Ends ends;
    ends.write("POST / HTTP/1.1\r\nHost: a\r\n" + lengths + "\r\n\r\nfour");
    ends.end_writing();
    EXPECT_FALSE(ends.next()) << lengths;
    EXPECT_TRUE(ends.said().starts_with("HTTP/1.1 400 ")) << lengths;
  }
}

TEST(PushConnection, EndsAHeadThatNeverEndsHoweverSteadilyItComes) {
  Ends ends{{nanoseconds{1}, hours{1}}};
  const std::jthread client{[&] {
    if (!ends.write("GET / HTTP/1.1\r\n")) return;
    while (ends.write("X-More: y\r\n")) std::this_thread::yield();
  }};
  EXPECT_FALSE(ends.next());
  ::shutdown(ends.server.get(), SHUT_RDWR);
}

TEST(PushConnection, AnswersAHeadThatStopsHalfWay) {
  Ends ends{{nanoseconds{1}, hours{1}}};
  ends.write("GET / HTTP/1.1\r\nHost: a\r\n");
  EXPECT_FALSE(ends.next());
  EXPECT_TRUE(ends.said().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST(PushConnection, CountsAHeadsTimeFromItsFirstByteAndNotAnIdleConnections) {
  Ends ends{{nanoseconds{1}, hours{1}}};
  for (int i = 0; i < 3; ++i) {
    const std::jthread client{[&] { ends.write("GET /ready HTTP/1.1\r\nHost: a\r\n\r\n"); }};
    EXPECT_TRUE(ends.next());
  }
}

TEST(PushConnection, EndsABodyThatStopsHalfWay) {
  Ends ends{{hours{1}, nanoseconds{1}}};
  ends.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
  const auto pushed = ends.next();
  ASSERT_TRUE(pushed);
  EXPECT_EQ(pushed->request.state, kUnreadable);
  EXPECT_FALSE(pushed->keep_alive);
}

}  // namespace
}  // namespace leakrig
