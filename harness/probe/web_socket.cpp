#include "harness/probe/web_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <openssl/rand.h>
#include <poll.h>
#include <sys/socket.h>
#include <wslay/wslay.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>

#include "harness/core/base64.h"
#include "harness/core/error.h"
#include "harness/core/fd.h"
#include "harness/core/web_socket_key.h"

namespace leakrig {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kLongestHead = 16384;
constexpr int kKeyBytes = 16;

std::string new_key() {
  std::string bytes(kKeyBytes, '\0');
  if (::RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), kKeyBytes) != 1) throw Error("no random bytes are to be had");
  return base64(bytes);
}

/// The value of a field of a head, without blanks around it; empty where there is none. Names know no case.
std::string field(std::string_view head, std::string_view name) {
  for (auto end = head.find("\r\n"); end != std::string_view::npos && end + 2 < head.size(); end = head.find("\r\n")) {
    head.remove_prefix(end + 2);
    const auto line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(':');
    if (colon != name.size() || ::strncasecmp(line.data(), name.data(), colon) != 0) continue;
    auto value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    return std::string{value.substr(0, value.find_last_not_of(" \t") + 1)};
  }
  return {};
}

}  // namespace

class WebSocket::Connection {
 public:
  Connection(const HttpUrl& url, std::chrono::milliseconds limit, std::size_t most) : limit_(limit) {
    begin();
    connect(url);
    shake_hands(url);
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = on_receive;
    callbacks.send_callback = on_send;
    callbacks.genmask_callback = on_mask;
    callbacks.on_msg_recv_callback = on_message;
    wslay_event_context_ptr made = nullptr;
    if (::wslay_event_context_client_init(&made, &callbacks, this) != 0) throw Error("out of memory");
    frames_.reset(made);
    ::wslay_event_config_set_max_recv_msg_length(made, most);
  }

  void send(std::string_view text) {
    begin();
    const wslay_event_msg message{WSLAY_TEXT_FRAME, reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    if (::wslay_event_queue_msg(frames_.get(), &message) != 0) throw Error("the connection is closing");
    flush();
  }

  std::string receive() {
    begin();
    while (messages_.empty()) {
      if (::wslay_event_want_read(frames_.get()) == 0) throw Error("the peer closed the connection");
      if (ahead_.empty()) wait(POLLIN);
      if (::wslay_event_recv(frames_.get()) != 0) throw Error("the connection ended within a message, or broke the protocol");
      flush();
    }
    std::string first = std::move(messages_.front());
    messages_.pop_front();
    return first;
  }

 private:
  struct Free {
    void operator()(wslay_event_context* frames) const { ::wslay_event_context_free(frames); }
  };

  void begin() { until_ = Steady::now() + limit_; }

  void wait(short events) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - Steady::now()).count();
    pollfd at{fd_.get(), events, 0};
    const int ready = left > 0 ? ::poll(&at, 1, static_cast<int>(left)) : 0;
    if (ready == 0) throw Error(fmt::format("it takes longer than {} ms", limit_.count()));
  }

  void connect(const HttpUrl& url) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int rc = ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found); rc != 0)
      throw Error(fmt::format("{}: {}", url.host, ::gai_strerror(rc)));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{found, &::freeaddrinfo};
    int error = 0;
    for (const auto* at = found; at != nullptr; at = at->ai_next) {
      fd_.reset(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol));
      if (fd_ && (::connect(fd_.get(), at->ai_addr, at->ai_addrlen) == 0 || errno == EINPROGRESS)) {
        wait(POLLOUT);
        socklen_t size = sizeof error;
        if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0) return;
      } else {
        error = errno;
      }
    }
    throw Error(fmt::format("{}:{}: {}", url.host, url.port, std::strerror(error)));
  }

  void shake_hands(const HttpUrl& url) {
    const std::string key = new_key();
    const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    const std::string request = fmt::format(
        "GET {} HTTP/1.1\r\nHost: {}:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: {}\r\nSec-WebSocket-Version: 13\r\n\r\n",
        url.path, host, url.port, key);
    for (std::string_view left{request}; !left.empty();) {
      wait(POLLOUT);
      const auto sent = ::send(fd_.get(), left.data(), left.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) throw Error(std::strerror(errno));
      left.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    }
    const std::string head = read_head();
    if (!head.starts_with("HTTP/1.1 101") || field(head, "Sec-WebSocket-Accept") != web_socket_accept(key))
      throw Error("the server does not speak WebSocket: \"" + head.substr(0, head.find("\r\n")) + "\"");
  }

  /// To the empty line; what came behind it is kept for the frames.
  std::string read_head() {
    for (;;) {
      if (const auto end = ahead_.find("\r\n\r\n"); end != std::string::npos) {
        std::string head = ahead_.substr(0, end + 2);
        ahead_.erase(0, end + 4);
        return head;
      }
      if (ahead_.size() > kLongestHead) throw Error("the server's head is longer than 16 KiB");
      wait(POLLIN);
      std::array<char, 4096> buffer;
      const auto got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (got == 0) throw Error("the server closed the connection");
      if (got < 0 && errno != EAGAIN && errno != EINTR) throw Error(std::strerror(errno));
      if (got > 0) ahead_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  void flush() {
    while (::wslay_event_want_write(frames_.get()) != 0) {
      wait(POLLOUT);
      if (::wslay_event_send(frames_.get()) != 0) throw Error("the peer does not take what is sent");
    }
  }

  static ssize_t on_receive(wslay_event_context_ptr frames, std::uint8_t* buffer, std::size_t size, int, void* self) {
    auto& connection = *static_cast<Connection*>(self);
    if (auto& ahead = connection.ahead_; !ahead.empty()) {
      const auto taken = std::min(size, ahead.size());
      std::memcpy(buffer, ahead.data(), taken);
      ahead.erase(0, taken);
      return static_cast<ssize_t>(taken);
    }
    const auto got = ::recv(connection.fd_.get(), buffer, size, 0);
    if (got > 0) return got;
    const bool later = got < 0 && (errno == EAGAIN || errno == EINTR);
    ::wslay_event_set_error(frames, later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
  }

  static ssize_t on_send(wslay_event_context_ptr frames, const std::uint8_t* bytes, std::size_t size, int, void* self) {
    const auto sent = ::send(static_cast<Connection*>(self)->fd_.get(), bytes, size, MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    const bool later = errno == EAGAIN || errno == EINTR;
    ::wslay_event_set_error(frames, later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
  }

  static int on_mask(wslay_event_context_ptr, std::uint8_t* buffer, std::size_t size, void*) {
    return ::RAND_bytes(buffer, static_cast<int>(size)) == 1 ? 0 : -1;
  }

  static void on_message(wslay_event_context_ptr, const wslay_event_on_msg_recv_arg* message, void* self) {
    if (message->opcode == WSLAY_TEXT_FRAME)
      static_cast<Connection*>(self)->messages_.emplace_back(reinterpret_cast<const char*>(message->msg), message->msg_length);
  }

  std::chrono::milliseconds limit_;
  Steady::time_point until_{};
  UniqueFd fd_;
  std::string ahead_;
  std::unique_ptr<wslay_event_context, Free> frames_;
  std::deque<std::string> messages_;
};

WebSocket::WebSocket(const HttpUrl& url, std::chrono::milliseconds limit, std::size_t most)
    : connection_(std::make_unique<Connection>(url, limit, most)) {}
WebSocket::~WebSocket() = default;
WebSocket::WebSocket(WebSocket&&) noexcept = default;
WebSocket& WebSocket::operator=(WebSocket&&) noexcept = default;

void WebSocket::send(std::string_view text) { connection_->send(text); }
std::string WebSocket::receive() { return connection_->receive(); }

}  // namespace leakrig
