#include "harness/fake_docker/state/request_ledger.h"

#include <utility>

namespace leakrig {

LedgerEntry RequestLedger::entry(LedgerEvent event, const ConnectionRecord& connection) const {
  LedgerEntry entry;
  entry.server = "docker";
  entry.event = event;
  entry.t_s = to_seconds(clock_->now());
  entry.connection = connection.id;
  entry.peer_pid = connection.peer_pid;
  return entry;
}

ConnectionRecord RequestLedger::open_connection(pid_t peer_pid) {
  ConnectionRecord connection{++counters_->connections, peer_pid, 0, clock_->now()};
  ++counters_->open_connections;
  sink_->record(entry(LedgerEvent::connection_opened, connection));
  return connection;
}

void RequestLedger::close_connection(const ConnectionRecord& connection, std::string_view closed_by) {
  --counters_->open_connections;
  auto closing = entry(LedgerEvent::connection_closed, connection);
  closing.bytes = connection.bytes;
  closing.closed_by = closed_by;
  closed(std::move(closing));
}

void RequestLedger::closed(LedgerEntry entry) {
  sink_->record(entry);
  if (!keeps_recent_) return;
  recent_.push_back(std::move(entry));
  if (recent_.size() > kRecent) recent_.pop_front();
}

RequestRecord RequestLedger::open_request(const ConnectionRecord& connection, std::string_view endpoint,
                                          std::string container) {
  RequestRecord request;
  request.id = ++last_request_;
  request.opened = clock_->now();
  request.endpoint = endpoint;
  request.container = std::move(container);
  ++counters_->requests;
  auto opening = entry(LedgerEvent::request_opened, connection);
  opening.request = request.id;
  opening.endpoint = std::string{request.endpoint};
  opening.container = request.container;
  sink_->record(opening);
  return request;
}

void RequestLedger::close_request(const ConnectionRecord& connection, const RequestRecord& request,
                                  std::string_view closed_by) {
  auto closing = entry(LedgerEvent::request_closed, connection);
  closing.request = request.id;
  closing.endpoint = std::string{request.endpoint};
  closing.container = request.container;
  closing.status = request.status;
  closing.bytes = request.bytes;
  closing.lines = request.lines;
  closing.closed_by = closed_by;
  closed(std::move(closing));
}

}  // namespace leakrig
