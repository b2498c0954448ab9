#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <set>
#include <string>
#include <string_view>
#include <thread>

#include "harness/core/fd.h"

namespace leakrig {

/// A TCP listener whose connections have a thread each, that sleeps while its peer is silent. None is ended
/// for being idle, and all end at once with the server. Connections are seen at accept.
class SocketServer {
 public:
  /// Serves one connection to its end, on that connection's thread. The server closes `socket` afterwards.
  using Serve = std::function<void(int socket)>;

  /// Listens on `host` (a numeric IPv4 address or "localhost"), port 0: any. Throws Error if it cannot.
  SocketServer(const std::string& host, int port, Serve serve);
  /// Ends every connection and waits for their threads.
  ~SocketServer();
  SocketServer(const SocketServer&) = delete;
  SocketServer& operator=(const SocketServer&) = delete;

  int port() const { return port_; }
  /// Ends every connection, now and later.
  void shut_connections();
  /// Whether connections end by the server's will. Any thread.
  bool stopping() const;

 private:
  void accept_all(const std::stop_token& stop);
  void serve_one(int socket);

  Serve serve_;
  UniqueFd listening_;
  int port_ = 0;
  mutable std::mutex mutex_;
  bool stopping_ = false;  // under mutex_
  std::set<int> open_;     // under mutex_; sockets
  std::jthread acceptor_;
};

/// A socket that listens, or that takes datagrams, on `host` and `port` (0: any). Throws Error if it cannot.
UniqueFd bound_socket(const std::string& host, int port, int type);
int port_of_socket(int socket);
/// Waits for bytes; 0 when the connection has ended.
std::size_t receive_some(int socket, std::span<char> into);
/// Sends `text`, waiting where the peer is slow; how much of it went, which is less where the peer has gone.
std::size_t send_all(int socket, std::string_view text);
/// Its peer sees a reset, not an end, once the socket is closed.
void reset_at_close(int socket);

}  // namespace leakrig
