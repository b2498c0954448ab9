#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/fake_sink/message_room.h"
#include "harness/fake_sink/socket_server.h"

namespace leakrig {

/// A request as it came. A Content-Encoding of gzip, deflate, zstd or snappy is undone.
struct ServedRequest {
  enum class Body {
    whole,
    too_large,   ///< more than the server takes, also when decompressed; `body` is what came before
    unreadable,  ///< cut short, or not in the encoding that it names
    unknown_encoding,
    no_room,  ///< all clients' bodies together are more than the server holds
  };
  std::string method;
  std::string path;     ///< without the query
  std::string user_agent;
  std::string host;            ///< the Host header, as it came
  bool asks_to_close = false;  ///< "Connection: close", or HTTP/1.0 without keep-alive
  std::string content_type;  ///< in lower case, without parameters
  std::string coding;        ///< the Content-Encoding in lower case; empty: none
  bool has_authorization = false;
  std::uint64_t connection = 0;  ///< as the observer numbered it
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
  bool reset = false;                                        ///< nothing is sent: the connection is reset
  /// Called with a function that sends a piece; that returns false once the peer has gone.
  std::function<void(const std::function<bool(std::string_view)>&)> stream;
};

/// What happens on the connections of a PushServer. Called from each connection's thread.
class ConnectionObserver {
 public:
  struct Answer {
    int status = 0;
    std::uint64_t body_bytes = 0;
  };
  virtual ~ConnectionObserver() = default;
  /// Gives the connection its number.
  virtual std::uint64_t connection_opened() = 0;
  virtual void connection_closed(std::uint64_t connection, std::uint64_t bytes, bool by_server) = 0;
  /// When the head has come: the body is not in `request` yet.
  virtual void request_opened(const ServedRequest& request) = 0;
  /// Follows each request_opened, once answered or given up (status 0).
  virtual void request_closed(std::uint64_t connection, Answer answer) = 0;
};

/// An HTTP/1.1 server of long-lived connections on a SocketServer. Beast reads the requests (RFC 9112).
class PushServer {
 public:
  using Handler = std::function<ServedAnswer(const ServedRequest&)>;

  /// Listens on `host` (a numeric IPv4 address or "localhost"), port 0: any. Throws Error if it cannot.
  /// `observer` outlives the server; `handler` is called from the connections' threads.
  PushServer(ConnectionObserver& observer, const std::string& host, int port, std::size_t max_body_bytes,
             Handler handler);

  int port() const { return server_.port(); }
  /// Ends every connection, now and later: for whose handler waits for something that ends later.
  void shut_connections() { server_.shut_connections(); }
  /// What a handler takes a turn of where it takes a long body apart.
  MessageRoom& room() { return room_; }

 private:
  void serve(int socket);

  ConnectionObserver& observer_;
  Handler handler_;
  std::size_t max_body_bytes_;
  MessageRoom room_;
  SocketServer server_;  // last: its threads use all of the above
};

}  // namespace leakrig
