#include "harness/probe/web_socket.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "harness/core/error.h"
#include "harness/core/fd.h"

namespace leakrig {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

/// Takes one connection, reads what the client says first, and answers with bytes that the test wrote down.
class ScriptedServer {
 public:
  /// In `head`, {accept} becomes the answer to the client's key. The openssl command makes it, not the code under test.
  ScriptedServer(std::string head, std::string frames) {
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    url.host = "127.0.0.1";
    url.port = ntohs(address.sin_port);
    url.path = "/a";
    thread_ = std::jthread{[this, head = std::move(head), frames = std::move(frames)] {
      const UniqueFd peer{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
      std::string said(1024, '\0');
      const auto got = ::recv(peer.get(), said.data(), said.size(), 0);
      said.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
      std::string answer = head;
      if (const auto at = answer.find("{accept}"); at != std::string::npos) answer.replace(at, 8, accept_of(said));
      answer += frames;
      ::send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
      while (::recv(peer.get(), said.data(), said.size(), 0) > 0) {  // until the client goes
      }
    }};
  }

  HttpUrl url;

 private:
  static std::string accept_of(const std::string& said) {
    const std::string name = "Sec-WebSocket-Key: ";
    const auto at = said.find(name) + name.size();
    const std::string key = said.substr(at, said.find("\r\n", at) - at);
    const std::string command =
        "printf %s '" + key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11' | openssl dgst -sha1 -binary | openssl base64";
    const std::unique_ptr<FILE, int (*)(FILE*)> out{::popen(command.c_str(), "r"), &::pclose};
    std::string line(64, '\0');
    line.resize(::fread(line.data(), 1, line.size(), out.get()));
    return line.substr(0, line.find('\n'));
  }

  UniqueFd listener_;
  std::jthread thread_;
};

const std::string kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nsec-websocket-accept:  {accept} \r\n\r\n";

WebSocket connected(const ScriptedServer& server, std::size_t most = 1000) { return {server.url, 2000ms, most}; }

TEST(WebSocket, ReceivesAMessageThatCameWithTheHead) {
  ScriptedServer server{kSwitching, "\x81\x02hi"s};
  auto socket = connected(server);
  socket.send("question");
  EXPECT_EQ(socket.receive(), "hi");
}

TEST(WebSocket, JoinsFragmentsAcrossAPing) {
  ScriptedServer server{kSwitching, "\x01\x02he\x89\x01!\x80\x03llo\x81\x01" "2"s};
  auto socket = connected(server);
  EXPECT_EQ(socket.receive(), "hello");
  EXPECT_EQ(socket.receive(), "2");
}

TEST(WebSocket, RefusesAServerThatDoesNotSwitch) {
  ScriptedServer server{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", ""};
  EXPECT_THROW(connected(server), Error);
}

TEST(WebSocket, RefusesAnAcceptThatIsNotOfItsKey) {
  ScriptedServer server{"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", ""};
  EXPECT_THROW(connected(server), Error);
}

TEST(WebSocket, RefusesAMessageLongerThanItsLimit) {
  ScriptedServer server{kSwitching, "\x81\x7e\x03\xe9"s + std::string(1001, 'x')};
  auto socket = connected(server);
  EXPECT_THROW(socket.receive(), Error);
}

TEST(WebSocket, EndsWithACloseFrame) {
  ScriptedServer server{kSwitching, "\x88\x02\x03\xe8"s};
  auto socket = connected(server);
  EXPECT_THROW(socket.receive(), Error);
}

TEST(WebSocket, WaitsNoLongerThanItsLimit) {
  ScriptedServer server{kSwitching, ""};
  WebSocket socket{server.url, 200ms, 1000};
  EXPECT_THROW(socket.receive(), Error);
}

}  // namespace
}  // namespace leakrig
