#pragma once

#include <httplib.h>

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace leakrig {

/// What happened on a connection of PushServer; numbers from 1. Called from that connection's thread.
class ConnectionObserver {
 public:
  struct Answer {
    int status = 0;
    std::uint64_t body_bytes = 0;
  };
  virtual ~ConnectionObserver() = default;
  virtual void connection_opened(std::uint64_t connection) = 0;
  virtual void connection_closed(std::uint64_t connection, std::uint64_t bytes, bool by_server) = 0;
  /// `remote_port` names the connection to the request's handler.
  virtual void request_opened(std::uint64_t connection, const httplib::Request& request) = 0;
  /// Follows each request_opened, once answered or given up (status 0).
  virtual void request_closed(std::uint64_t connection, int remote_port, Answer answer) = 0;
};

/// cpp-httplib's server with the waiting replaced: httplib polls an idle connection 90 times a second and
/// drops it after a time; here a connection has a thread that sleeps in poll() until there is a request, and
/// stop_all() ends all at once. Connections are seen at accept, not guessed from requests.
class PushServer final : public httplib::Server {
 public:
  explicit PushServer(ConnectionObserver& observer);
  /// Ends every connection, now and later; call before httplib's stop().
  void shut_connections();

 private:
  bool process_and_close_socket(socket_t sock) override;
  bool serve(socket_t sock, std::uint64_t connection, std::uint64_t& bytes);

  ConnectionObserver& observer_;
  std::mutex mutex_;
  bool stopping_ = false;                   // under mutex_
  std::uint64_t last_ = 0;                  // under mutex_
  std::map<std::uint64_t, socket_t> open_;  // under mutex_
};

}  // namespace leakrig
