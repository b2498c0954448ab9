#include "harness/fake_docker/state/request_ledger.h"

#include <fstream>
#include <utility>

namespace leakrig {
namespace {

/// The kernel's name of a process, at most 15 characters; empty once it has gone.
std::string name_of_process(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/comm");
  std::string name;
  std::getline(in, name);
  return name;
}

/// "1.41" of "/v1.41/info"; empty without a version.
std::string_view api_of(std::string_view target) {
  if (!target.starts_with("/v")) return {};
  const auto version = target.substr(2, target.find('/', 2) - 2);
  const bool is_version = version.size() <= 8 && !version.empty() &&
                          version.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_version ? version : std::string_view{};
}

/// `now` where it differs from what was `told`, which it then becomes; else empty.
std::string news(std::string& told, std::string_view now) {
  if (now.empty() || told == now) return {};
  told = now;
  return told;
}

}  // namespace

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
  ConnectionRecord connection{++counters_->connections, peer_pid, 0, clock_->now(), {}, {}};
  ++counters_->open_connections;
  auto opening = entry(LedgerEvent::connection_opened, connection);
  if (peer_pid != 0 && named_.insert(peer_pid).second) opening.peer_name = name_of_process(peer_pid);
  sink_->record(opening);
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

RequestRecord RequestLedger::open_request(ConnectionRecord& connection, std::string_view endpoint,
                                          std::string container, const ClientTraits& client) {
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
  opening.asks_to_close = client.asks_to_close;
  opening.api = news(connection.api, api_of(client.target));
  opening.user_agent = news(connection.user_agent, client.user_agent.substr(0, kMostUserAgent));
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
