#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "harness/collector/config.h"
#include "harness/collector/endpoint.h"
#include "harness/collector/exchange.h"
#include "harness/collector/http_message.h"

namespace leakrig {

class ConnPool;
class GoRuntime;
class PersistConn;

/// An answer whose body is still on the wire, as Go's http.Response. Read it to the end (the connection is
/// pooled) or close() it (the connection is closed). The destructor does neither: dropping it leaves two
/// threads and a socket for ever, as in Go, which has no finalizer for it. One thread at a time.
class HttpResponse {
 public:
  HttpResponse(HttpHead head, std::shared_ptr<Exchange> exchange, std::shared_ptr<PersistConn> conn);

  int status() const { return head_.status; }
  std::string header(const std::string& name) const { return head_.header(name); }

  /// The next piece of the body into `to`. Past the deadline `timed_out`, and the stream is as it was.
  BodyRead read(std::string& to, Exchange::Deadline deadline = std::nullopt);
  /// The body to its end; nothing if it failed, see error().
  std::optional<std::string> read_all();
  std::string error() const;
  /// Closes the connection unless the end has been read. May be called again.
  void close();

 private:
  HttpHead head_;
  std::shared_ptr<Exchange> exchange_;
  std::shared_ptr<PersistConn> conn_;
};

/// What a request came to: an answer, or why there is none.
struct RoundTrip {
  std::optional<HttpResponse> response;
  std::string error;
};

/// HTTP/1.1 with the structure and the semantics of Go's net/http.Transport (1.19): see PersistConn for what
/// a connection is, ConnPool for the pool and its limits. `config` in wall time. Any thread. Destroying it
/// neither closes nor waits for its connections; `runtime` owns them and must outlive it.
class GoTransport {
 public:
  GoTransport(const TransportConfig& config, GoRuntime& runtime);

  /// Returns when the head of the answer is there. `stop` cancels the request at any point, also later while
  /// the body is read. A request that met a pooled connection which the server had closed is sent again, as
  /// in Go.
  RoundTrip round_trip(const Endpoint& endpoint, const HttpRequest& request,
                       const std::stop_token& stop = {});
  void close_idle_connections();
  std::size_t idle_connections() const;
  /// Requests that wait for a connection under max_conns_per_host.
  std::size_t waiting_requests() const;

 private:
  const TransportConfig config_;
  std::shared_ptr<ConnPool> pool_;
};

}  // namespace leakrig
