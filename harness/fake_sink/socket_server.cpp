#include "harness/fake_sink/socket_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <list>
#include <memory>

#include "harness/core/error.h"

namespace leakrig {
namespace {

constexpr int kBacklog = 512;

/// A connection's thread, and whether it has done.
struct ServedSocket {
  std::shared_ptr<std::atomic<bool>> done;
  std::jthread thread;
};

}  // namespace

// Not with SO_REUSEPORT, with which a second server takes a port that is in use.
UniqueFd bound_socket(const std::string& host, int port, int type) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const std::string numeric = host == "localhost" ? "127.0.0.1" : host;
  UniqueFd bound{::socket(AF_INET, type | SOCK_CLOEXEC, 0)};
  const int on = 1;
  if (bound && type == SOCK_STREAM) ::setsockopt(bound.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!bound || ::inet_pton(AF_INET, numeric.c_str(), &address.sin_addr) != 1 ||
      ::bind(bound.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      (type == SOCK_STREAM && ::listen(bound.get(), kBacklog) != 0)) {
    throw Error(fmt::format("cannot listen on {}:{}; is the port taken?", host, port));
  }
  return bound;
}

int port_of_socket(int socket) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

std::size_t receive_some(int socket, std::span<char> into) {
  ssize_t n = 0;
  do {
    n = ::recv(socket, into.data(), into.size(), 0);
  } while (n < 0 && errno == EINTR);
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

std::size_t send_all(int socket, std::string_view text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t n = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    sent += static_cast<std::size_t>(n);
  }
  return sent;
}

void reset_at_close(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

SocketServer::SocketServer(const std::string& host, int port, Serve serve)
    : serve_(std::move(serve)),
      listening_(bound_socket(host, port, SOCK_STREAM)),
      port_(port_of_socket(listening_.get())),
      acceptor_([this](const std::stop_token& stop) { accept_all(stop); }) {}

SocketServer::~SocketServer() {
  shut_connections();
  acceptor_.request_stop();
  ::shutdown(listening_.get(), SHUT_RDWR);  // ends accept()
  acceptor_.join();
}

void SocketServer::shut_connections() {
  const std::lock_guard lock{mutex_};
  stopping_ = true;
  for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
}

bool SocketServer::stopping() const {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

void SocketServer::accept_all(const std::stop_token& stop) {
  std::list<ServedSocket> served;  // joined at the end, or when the next is accepted
  while (!stop.stop_requested()) {
    const int socket = ::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        // What waits in the backlog goes on waiting; look again when a descriptor may have come free.
        constexpr int kRetryMs = 10;
        ::poll(nullptr, 0, kRetryMs);
      }
      continue;
    }
    served.remove_if([](const ServedSocket& one) { return one.done->load(); });
    auto done = std::make_shared<std::atomic<bool>>(false);
    served.push_back({done, std::jthread([this, socket, done] {
                        serve_one(socket);
                        done->store(true);
                      })});
  }
}

void SocketServer::serve_one(int socket) {
  UniqueFd owned{socket};
  {
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    open_.insert(socket);
  }
  serve_(socket);
  const std::lock_guard lock{mutex_};
  open_.erase(socket);
}

}  // namespace leakrig
