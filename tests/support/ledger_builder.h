#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "harness/core/ledger.h"

namespace leakrig {

/// Writes a ledger by hand. Times are scenario seconds; entries stand in the order of time when they are taken.
class LedgerBuilder {
 public:
  explicit LedgerBuilder(std::string server = "docker") : server_(std::move(server)) {}

  std::uint64_t open(double t_s, pid_t pid = 7, const std::string& process = "collector") {
    auto& entry = add(LedgerEvent::connection_opened, t_s, ++connections_);
    pid_ = entry.peer_pid = pid;
    entry.peer_name = process;
    return connections_;
  }
  void close(double t_s, std::uint64_t connection) {
    add(LedgerEvent::connection_closed, t_s, connection).closed_by = "client";
  }
  /// Opened and not answered. `agent`: told by a connection's first request.
  void begin(double t_s, std::uint64_t connection, const std::string& endpoint, const std::string& container = "",
             bool asks_to_close = false) {
    auto& entry = add(LedgerEvent::request_opened, t_s, connection);
    entry.request = ++requests_;
    entry.endpoint = endpoint;
    entry.container = container;
    entry.asks_to_close = asks_to_close;
    entry.user_agent = agent;
  }
  void request(double t_s, std::uint64_t connection, const std::string& endpoint,
               const std::string& container = "", int status = 200, bool asks_to_close = false) {
    begin(t_s, connection, endpoint, container, asks_to_close);
    auto& entry = add(LedgerEvent::request_closed, t_s, connection);
    entry.request = requests_;
    entry.endpoint = endpoint;
    entry.container = container;
    entry.status = status;
    entry.closed_by = "done";
  }

  std::vector<LedgerEntry> entries() const {
    auto sorted = entries_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.t_s < b.t_s; });
    return sorted;
  }

  std::string agent = "agent/1";

 private:
  LedgerEntry& add(LedgerEvent event, double t_s, std::uint64_t connection) {
    LedgerEntry entry;
    entry.variant = "a";
    entry.server = server_;
    entry.event = event;
    entry.t_s = t_s;
    entry.connection = connection;
    entry.peer_pid = pid_;
    entries_.push_back(entry);
    return entries_.back();
  }

  std::string server_;
  std::vector<LedgerEntry> entries_;
  std::uint64_t connections_ = 0;
  std::uint64_t requests_ = 0;
  pid_t pid_ = 7;
};

}  // namespace leakrig
