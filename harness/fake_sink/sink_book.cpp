#include "harness/fake_sink/sink_book.h"

#include <utility>

#include "harness/core/log_marker.h"

namespace leakrig {

SinkBook::SinkBook(const ScenarioClock& clock, LedgerSink& ledger)
    : clock_(clock), ledger_(ledger), tracker_(clock.scale()) {}

LedgerEntry SinkBook::entry(LedgerEvent event, std::uint64_t connection) const {
  LedgerEntry made;
  made.server = "loki";
  made.event = event;
  made.t_s = to_seconds(clock_.now());
  made.connection = connection;
  return made;
}

std::uint64_t SinkBook::open_connection() {
  const std::lock_guard lock{mutex_};
  const auto connection = ++last_connection_;
  connections_[connection];
  ledger_.record(entry(LedgerEvent::connection_opened, connection));
  return connection;
}

void SinkBook::close_connection(std::uint64_t connection, std::uint64_t bytes, bool by_server) {
  const std::lock_guard lock{mutex_};
  auto closed = entry(LedgerEvent::connection_closed, connection);
  closed.bytes = bytes;
  closed.closed_by = by_server ? "server" : "client";
  connections_.erase(connection);
  ledger_.record(closed);
}

void SinkBook::open_request(std::uint64_t connection, const Asked& asked) {
  const std::lock_guard lock{mutex_};
  auto& carries = connections_[connection];
  carries.request = ++last_request_;
  carries.endpoint = asked.endpoint;
  carries.lines = 0;
  auto opened = entry(LedgerEvent::request_opened, connection);
  opened.request = carries.request;
  opened.endpoint = asked.endpoint;
  opened.asks_to_close = asked.asks_to_close;
  const auto user_agent = asked.user_agent.substr(0, kMostUserAgent);
  if (user_agent != carries.user_agent) opened.user_agent = carries.user_agent = user_agent;
  ledger_.record(opened);
}

void SinkBook::take(std::uint64_t connection, const std::vector<std::string>& lines) {
  const auto accepted = clock_.epoch_at(clock_.now());
  const std::lock_guard lock{mutex_};
  for (const auto& line : lines) {
    if (const auto marker = find_log_marker(line)) tracker_.observe(*marker, accepted);
  }
  if (const auto at = connections_.find(connection); at != connections_.end()) at->second.lines += lines.size();
}

void SinkBook::close_request(std::uint64_t connection, int status, std::uint64_t bytes) {
  const std::lock_guard lock{mutex_};
  const auto& carried = connections_[connection];
  auto closed = entry(LedgerEvent::request_closed, connection);
  closed.request = carried.request;
  closed.endpoint = carried.endpoint;
  closed.status = status;
  closed.bytes = bytes;
  closed.lines = carried.lines;
  closed.closed_by = status != 0 ? "done" : "client";
  ledger_.record(closed);
}

void SinkBook::start_window(Nanos due_epoch_from) {
  const std::lock_guard lock{mutex_};
  tracker_.start_window(due_epoch_from);
}

Delivery SinkBook::delivery(const std::map<std::string, SequenceRange>& written) const {
  const std::lock_guard lock{mutex_};
  return tracker_.delivery(written);
}

std::vector<SeenLines> SinkBook::seen() const {
  const std::lock_guard lock{mutex_};
  return tracker_.seen();
}

}  // namespace leakrig
