#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "harness/core/fd.h"

namespace leakrig {

/// A request as it came. Content-Encoding gzip and deflate are undone.
struct ServedRequest {
  enum class Body {
    whole,
    too_large,   ///< more than the server takes, also when decompressed; `body` is what came before
    unreadable,  ///< cut short, or not in the encoding that it names
    unknown_encoding,
  };
  std::string method;
  std::string path;     ///< without the query
  std::string user_agent;
  bool asks_to_close = false;  ///< "Connection: close", or HTTP/1.0 without keep-alive
  int remote_port = 0;  ///< names the connection
  Body state = Body::whole;
  std::string body;
};

/// What is answered. With `stream` it is a chunked body that goes on until `stream` returns.
struct ServedAnswer {
  int status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< besides Content-Type and the body's length
  bool close = false;                                        ///< the connection ends after it
  bool unsent = false;                                       ///< the connection ends instead of it
  /// Called with a function that sends a piece; that returns false once the peer has gone.
  std::function<void(const std::function<bool(std::string_view)>&)> stream;
};

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
  /// When the head has come: the body is not in `request` yet.
  virtual void request_opened(std::uint64_t connection, const ServedRequest& request) = 0;
  /// Follows each request_opened, once answered or given up (status 0).
  virtual void request_closed(std::uint64_t connection, int remote_port, Answer answer) = 0;
};

/// An HTTP/1.1 server of long-lived connections: each has a thread that sleeps in poll() until there is a
/// request, none is ended for being idle, and all end at once with the server. Connections are seen at
/// accept, not guessed from requests. Beast reads the requests (RFC 9112).
class PushServer {
 public:
  using Handler = std::function<ServedAnswer(const ServedRequest&)>;

  /// Listens on `host` (a numeric IPv4 address or "localhost"), port 0: any. Throws Error if it cannot.
  /// `observer` outlives the server; `handler` is called from the connections' threads.
  PushServer(ConnectionObserver& observer, const std::string& host, int port, std::size_t max_body_bytes,
             Handler handler);
  /// Ends every connection and waits for their threads.
  ~PushServer();
  PushServer(const PushServer&) = delete;
  PushServer& operator=(const PushServer&) = delete;

  int port() const { return port_; }
  /// Ends every connection, and accepts others after it.
  void drop_connections();
  /// Ends every connection, now and later: for whose handler waits for something that ends later.
  void shut_connections();

 private:
  void accept_all(const std::stop_token& stop);
  void serve(int socket);
  void serve_requests(int socket, std::uint64_t connection, std::uint64_t& bytes);

  ConnectionObserver& observer_;
  Handler handler_;
  std::size_t max_body_bytes_;
  int port_ = 0;
  UniqueFd listening_;
  std::mutex mutex_;
  bool stopping_ = false;              // under mutex_
  std::uint64_t last_ = 0;             // under mutex_
  std::map<std::uint64_t, int> open_;  // under mutex_; connection -> socket
  std::jthread acceptor_;
};

}  // namespace leakrig
