#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/ledger.h"

namespace leakrig {

/// A connection as its server knows it at a moment.
struct Connection {
  std::string server;
  pid_t pid = 0;
  double opened_s = 0;
  /// What was answered, by endpoint in the order of first use; an error answer is an endpoint of its own.
  std::vector<std::pair<std::string, std::uint64_t>> answered;
  std::string user_agent;
  std::string carries;    ///< the endpoint of the request that it is in; empty: it is idle
  std::string container;  ///< of the last request
  double changed_s = 0;   ///< when that was opened, or answered; else the connection's opening
  std::uint64_t state = 0;  ///< another number after each change, of this connection or any other

  bool is_idle() const { return carries.empty(); }
};

/// Goes through a ledger, and knows the connections that are open.
class ConnectionReplay {
 public:
  /// `ledger` must outlive it.
  explicit ConnectionReplay(const std::vector<LedgerEntry>& ledger) : ledger_(ledger) {}

  /// Takes the entries until `t_s`; never backwards.
  void advance_to(double t_s);
  /// By server and number.
  const std::map<std::pair<std::string, std::uint64_t>, Connection>& open() const { return open_; }

 private:
  void take(const LedgerEntry& entry);
  void open_connection(const LedgerEntry& entry);

  const std::vector<LedgerEntry>& ledger_;
  std::size_t next_ = 0;
  std::uint64_t states_ = 0;
  std::map<std::pair<std::string, std::uint64_t>, Connection> open_;
};

}  // namespace leakrig
