#include "harness/collector/go_transport.h"

#include "harness/collector/conn_pool.h"
#include "harness/collector/persist_conn.h"

namespace leakrig {
namespace {

constexpr const char* kCanceled = "context canceled";

/// Go's isReplayable: sending it twice does no harm.
bool replayable(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

HttpResponse::HttpResponse(HttpHead head, std::shared_ptr<Exchange> exchange,
                           std::shared_ptr<PersistConn> conn)
    : head_(std::move(head)), exchange_(std::move(exchange)), conn_(std::move(conn)) {}

BodyRead HttpResponse::read(std::string& to, Exchange::Deadline deadline) {
  return exchange_->read(to, deadline);
}

std::optional<std::string> HttpResponse::read_all() {
  std::string body;
  std::string piece;
  while (true) {
    const auto got = read(piece);
    if (got == BodyRead::end) return body;
    if (got != BodyRead::data) return std::nullopt;
    body += piece;
  }
}

std::string HttpResponse::error() const {
  return exchange_->error();
}

void HttpResponse::close() {
  if (!exchange_->ended()) conn_->kill_exchange(*exchange_, "response body closed");
}

GoTransport::GoTransport(const TransportConfig& config, GoRuntime& runtime)
    : config_(config), pool_(std::make_shared<ConnPool>(config, runtime)) {}

RoundTrip GoTransport::round_trip(const Endpoint& endpoint, const HttpRequest& request,
                                  const std::stop_token& stop) {
  while (true) {
    if (stop.stop_requested()) return {std::nullopt, kCanceled};
    auto lease = pool_->acquire(endpoint, stop);
    if (!lease.conn) return {std::nullopt, lease.error};
    const auto exchange = std::make_shared<Exchange>(request);
    exchange->cancel_on(stop, [conn = std::weak_ptr{lease.conn}, raw = exchange.get()] {
      if (const auto alive = conn.lock()) alive->kill_exchange(*raw, kCanceled);
    });
    if (!lease.conn->submit(exchange)) {
      exchange->settle();
      continue;  // it died in the pool: nothing was written
    }
    // A stop that came before submit() found nothing to end.
    if (stop.stop_requested()) lease.conn->kill_exchange(*exchange, kCanceled);
    auto answer = exchange->wait_for_head(config_.response_header_timeout);
    if (answer.head) return {HttpResponse{std::move(*answer.head), exchange, lease.conn}, ""};
    if (answer.timed_out) lease.conn->kill_exchange(*exchange, answer.error);
    const auto again = answer.retryable && lease.reused && replayable(request);
    if (!again) return {std::nullopt, answer.error};
  }
}

void GoTransport::close_idle_connections() {
  pool_->close_idle();
}
std::size_t GoTransport::idle_connections() const {
  return pool_->idle();
}
std::size_t GoTransport::waiting_requests() const {
  return pool_->waiting();
}

}  // namespace leakrig
