#include "harness/fake_sink/push_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <list>
#include <memory>

#include "harness/core/error.h"
#include "harness/fake_sink/push_connection.h"

namespace leakrig {
namespace {

constexpr int kBacklog = 512;

/// The listening socket; not with SO_REUSEPORT, with which a second server takes a port that is in use.
UniqueFd listen_on(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const std::string numeric = host == "localhost" ? "127.0.0.1" : host;
  UniqueFd listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const int on = 1;
  if (listening) ::setsockopt(listening.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!listening || ::inet_pton(AF_INET, numeric.c_str(), &address.sin_addr) != 1 ||
      ::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listening.get(), kBacklog) != 0) {
    throw Error(fmt::format("cannot listen on {}:{}; is the port taken?", host, port));
  }
  return listening;
}

int port_of(int socket) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

/// A connection's thread, and whether it has done.
struct Served {
  std::shared_ptr<std::atomic<bool>> done;
  std::jthread thread;
};

}  // namespace

PushServer::PushServer(ConnectionObserver& observer, const std::string& host, int port,
                       std::size_t max_body_bytes, Handler handler)
    : observer_(observer),
      handler_(std::move(handler)),
      max_body_bytes_(max_body_bytes),
      listening_(listen_on(host, port)) {
  port_ = port_of(listening_.get());
  acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
}

PushServer::~PushServer() {
  shut_connections();
  acceptor_.request_stop();
  ::shutdown(listening_.get(), SHUT_RDWR);  // ends accept()
  acceptor_.join();
}

void PushServer::drop_connections() {
  const std::lock_guard lock{mutex_};
  for (const auto& [connection, socket] : open_) ::shutdown(socket, SHUT_RDWR);
}

void PushServer::shut_connections() {
  const std::lock_guard lock{mutex_};
  stopping_ = true;
  for (const auto& [connection, socket] : open_) ::shutdown(socket, SHUT_RDWR);
}

void PushServer::accept_all(const std::stop_token& stop) {
  std::list<Served> served;  // joined at the end, or when the next is accepted
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
    served.remove_if([](const Served& one) { return one.done->load(); });
    auto done = std::make_shared<std::atomic<bool>>(false);
    served.push_back({done, std::jthread([this, socket, done] {
                        serve(socket);
                        done->store(true);
                      })});
  }
}

void PushServer::serve(int socket) {
  UniqueFd owned{socket};
  std::uint64_t connection = 0;
  {
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    connection = ++last_;
    open_.emplace(connection, socket);
  }
  observer_.connection_opened(connection);
  std::uint64_t bytes = 0;
  serve_requests(socket, connection, bytes);
  bool by_server = false;
  {
    const std::lock_guard lock{mutex_};
    open_.erase(connection);
    by_server = stopping_;
  }
  observer_.connection_closed(connection, bytes, by_server);
  ::shutdown(socket, SHUT_RDWR);
}

void PushServer::serve_requests(int socket, std::uint64_t connection, std::uint64_t& bytes) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  PushConnection peer{socket, max_body_bytes_};
  bool goes_on = true;
  while (goes_on) {
    const auto head =
        peer.read([&](const ServedRequest& request) { observer_.request_opened(connection, request); });
    if (!head) break;
    const ServedAnswer answer = handler_(head->request);
    const auto sent = answer.unsent ? ConnectionObserver::Answer{} : peer.send(*head, answer);
    observer_.request_closed(connection, head->request.remote_port, sent);
    goes_on = sent.status != 0 && head->keep_alive && !answer.close && !answer.stream;
  }
  bytes = peer.bytes();
}

}  // namespace leakrig
