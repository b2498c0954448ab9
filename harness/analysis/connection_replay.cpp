#include "harness/analysis/connection_replay.h"

#include <fmt/format.h>

#include <algorithm>

namespace leakrig {
namespace {

/// A connection's further endpoints count as one: a pool that carries everything has no sequence.
constexpr std::size_t kMostEndpoints = 6;
constexpr const char* kOthers = "others";
constexpr int kFirstError = 400;

void count(Connection& connection, std::string endpoint) {
  auto& answered = connection.answered;
  const auto find = [&] {
    return std::find_if(answered.begin(), answered.end(),
                        [&](const auto& use) { return use.first == endpoint; });
  };
  auto found = find();
  if (found == answered.end() && answered.size() >= kMostEndpoints) {
    endpoint = kOthers;
    found = find();
  }
  if (found == answered.end()) {
    answered.emplace_back(std::move(endpoint), 1);
  } else {
    ++found->second;
  }
}

}  // namespace

void ConnectionReplay::advance_to(double t_s) {
  // Entries of two servers stand in the order in which they were written, which is nearly that of time.
  for (; next_ < ledger_.size() && ledger_[next_].t_s <= t_s; ++next_) take(ledger_[next_]);
}

void ConnectionReplay::open_connection(const LedgerEntry& entry) {
  auto& connection = open_[{entry.server, entry.connection}];
  connection.server = entry.server;
  connection.pid = entry.peer_pid;
  connection.opened_s = connection.changed_s = entry.t_s;
  connection.state = ++states_;
}

void ConnectionReplay::take(const LedgerEntry& entry) {
  const std::pair id{entry.server, entry.connection};
  if (entry.event == LedgerEvent::connection_opened) return open_connection(entry);
  if (entry.event == LedgerEvent::connection_closed) {
    open_.erase(id);
    return;
  }
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  auto& connection = found->second;
  connection.changed_s = entry.t_s;
  connection.state = ++states_;
  if (entry.event == LedgerEvent::request_opened) {
    connection.carries = entry.endpoint;
    connection.container = entry.container;
    if (!entry.user_agent.empty()) connection.user_agent = entry.user_agent;
  } else {
    connection.carries.clear();
    count(connection, entry.status >= kFirstError ? fmt::format("{} ({})", entry.endpoint, entry.status)
                                                  : entry.endpoint);
  }
}

}  // namespace leakrig
