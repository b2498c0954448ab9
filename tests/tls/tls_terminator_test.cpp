#include "harness/tls/tls_terminator.h"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include "harness/core/error.h"
#include "harness/tls/certificate_maker.h"
#include "tests/support/temporary_directory.h"
#include "tests/tls/tls_client.h"

namespace leakrig {
namespace {

/// Answers with what comes, and ends once the client's direction has.
class EchoServer {
 public:
  UniqueFd connect() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return {};
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([fd = UniqueFd(ends[0])] {
      std::array<char, 65536> bytes{};
      for (ssize_t size = 0; (size = ::recv(fd.get(), bytes.data(), bytes.size(), 0)) > 0;) {
        for (ssize_t sent = 0; sent < size;) {
          const auto part = ::send(fd.get(), bytes.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
          if (part <= 0) return;
          sent += part;
        }
      }
    });
    UniqueFd theirs(ends[1]);
    // Non-blocking on this end alone.
    ::fcntl(theirs.get(), F_SETFL, O_NONBLOCK);
    return theirs;
  }
  void join() { threads_.clear(); }
  std::size_t connections() {
    const std::lock_guard lock(mutex_);
    return threads_.size();
  }

 private:
  std::mutex mutex_;
  std::vector<std::jthread> threads_;
};

std::size_t descriptors() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

class TlsTerminatorTest : public testing::Test {
 protected:
  TlsTerminatorTest() {
    make_certificates(certs());
    options_.files = {true, certs() / "ca.pem", certs() / "server-cert.pem", certs() / "server-key.pem"};
  }
  std::filesystem::path certs() const { return directory_.path() / "certs"; }
  std::unique_ptr<TlsTerminator> start() {
    return std::make_unique<TlsTerminator>(options_, [this] { return server_.connect(); });
  }
  TemporaryDirectory directory_;
  EchoServer server_;
  TlsTerminatorOptions options_;
};

TEST_F(TlsTerminatorTest, AClientWithACertificateIsLetIn) {
  const auto terminator = start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) EXPECT_TRUE(TlsClient(terminator->address(), certs(), version).is_let_in());
  EXPECT_EQ(terminator->counters().failed, 0U);
}

TEST_F(TlsTerminatorTest, OlderThanTls12IsRefused) {
  const auto terminator = start();
  EXPECT_FALSE(TlsClient(terminator->address(), certs(), TLS1_1_VERSION).is_let_in());
}

TEST_F(TlsTerminatorTest, WhoHasNoCertificateGetsTheAlertForIt) {
  const auto terminator = start();
  TlsClient client(terminator->address(), {});
  EXPECT_FALSE(client.is_let_in());
  EXPECT_EQ(client.reason(), "tlsv13 alert certificate required");
  EXPECT_EQ(server_.connections(), 0U);
}

TEST_F(TlsTerminatorTest, AnotherAuthoritysCertificateIsRefused) {
  const auto terminator = start();
  make_certificates(directory_.path() / "other");
  TlsClient client(terminator->address(), directory_.path() / "other");
  EXPECT_FALSE(client.is_let_in());
  EXPECT_EQ(server_.connections(), 0U);
  // It is counted after the alert has gone.
  while (terminator->counters().failed == 0) std::this_thread::yield();
}

TEST_F(TlsTerminatorTest, AServersCertificateIsNoClients) {
  const auto terminator = start();
  const auto swapped = directory_.path() / "swapped";
  std::filesystem::create_directory(swapped);
  std::filesystem::copy(certs() / "server-cert.pem", swapped / "cert.pem");
  std::filesystem::copy(certs() / "server-key.pem", swapped / "key.pem");
  EXPECT_FALSE(TlsClient(terminator->address(), swapped).is_let_in());
}

TEST_F(TlsTerminatorTest, AnExpiredCertificateIsRefused) {
  const auto old = directory_.path() / "old";
  make_certificates(old, {{}, std::chrono::seconds{-5}});
  options_.files.ca = old / "ca.pem";
  const auto terminator = start();
  TlsClient client(terminator->address(), old);
  EXPECT_FALSE(client.is_let_in());
  EXPECT_NE(client.reason().find("certificate expired"), std::string::npos) << client.reason();
}

TEST_F(TlsTerminatorTest, WithoutVerificationAnybodyIsLetInOnLoopbackOnly) {
  options_.files.verify = false;
  EXPECT_TRUE(TlsClient(start()->address(), {}).is_let_in());
  options_.listen = "0.0.0.0:0";
  EXPECT_THROW(start(), UsageError);
  options_.files.verify = true;
  EXPECT_TRUE(TlsClient(start()->address(), certs()).is_let_in());
}

TEST_F(TlsTerminatorTest, PlainHttpGetsGosAnswer) {
  const auto terminator = start();
  for (const char* request : {"GET /_ping HTTP/1.1\r\n\r\n", "OPTIONS / HTTP/1.1\r\n\r\n"}) {
    const auto client = connect_to(terminator->address());
    ::send(client.get(), request, std::strlen(request), 0);
    EXPECT_EQ(read_to_end(client.get()), "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
  }
}

TEST_F(TlsTerminatorTest, WhoSaysNothingIsGivenUp) {
  options_.handshake_timeout = std::chrono::milliseconds{1};
  const auto terminator = start();
  const auto silent = connect_to(terminator->address());
  const auto slow = connect_to(terminator->address());
  ::send(slow.get(), "\x16\x03", 2, MSG_NOSIGNAL);
  EXPECT_EQ(read_to_end(silent.get()) + read_to_end(slow.get()), "");
}

TEST_F(TlsTerminatorTest, AHalfCloseIsOneOnTheOtherSide) {
  const auto terminator = start();
  TlsClient client(terminator->address(), certs());
  client.send("last words");
  client.close_write();
  // The server answers after it saw the end, and then ends.
  EXPECT_EQ(client.receive(100), "last words");
}

TEST_F(TlsTerminatorTest, TenMegabytesGoEachWayToASlowReader) {
  const auto terminator = start();
  std::string sent(10'000'000, ' ');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 2654435761U >> 24U);
  TlsClient client(terminator->address(), certs());
  // In rounds, as a blocking client would wait for itself: less than what the sockets between hold.
  constexpr std::size_t kRound = 100'000;
  std::string received;
  for (std::size_t at = 0; at < sent.size(); at += kRound) {
    client.send(std::string_view{sent}.substr(at, kRound));
    received += client.receive(kRound);
  }
  EXPECT_TRUE(received == sent);
}

TEST_F(TlsTerminatorTest, TwoHundredConnectionsLeaveNoDescriptor) {
  const auto before = descriptors();
  auto terminator = start();
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<TlsClient>(terminator->address(), certs()));
  for (auto& client : clients) EXPECT_TRUE(client->is_let_in());
  EXPECT_EQ(terminator->counters().open, 200U);
  clients.clear();
  while (terminator->counters().open > 0) std::this_thread::yield();
  terminator.reset();
  server_.join();
  EXPECT_EQ(descriptors(), before);
}

TEST_F(TlsTerminatorTest, MoreThanItsMostWait) {
  options_.max_connections = 1;
  const auto terminator = start();
  auto first = std::make_unique<TlsClient>(terminator->address(), certs());
  EXPECT_TRUE(first->is_let_in());
  std::jthread second([&] { EXPECT_TRUE(TlsClient(terminator->address(), certs()).is_let_in()); });
  EXPECT_TRUE(first->is_let_in());
  EXPECT_EQ(terminator->counters().accepted, 1U);
  first.reset();
}

TEST_F(TlsTerminatorTest, ItGoesDownAndComesUpAtItsAddress) {
  const auto terminator = start();
  terminator->go_down();
  while (connect_to(terminator->address())) std::this_thread::yield();
  terminator->come_up();
  while (!connect_to(terminator->address())) std::this_thread::yield();
  EXPECT_TRUE(TlsClient(terminator->address(), certs()).is_let_in());
}

}  // namespace
}  // namespace leakrig
