#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"
#include "harness/fake_sink/delivery_tracker.h"

namespace leakrig {

/// What the listeners of a sink saw, as entries of the ledger (server "loki", whatever the protocol) and as
/// lines delivered. Any thread; entries come one at a time.
class SinkBook {
 public:
  /// Both outlive this.
  SinkBook(const ScenarioClock& clock, LedgerSink& ledger);

  /// Numbers a connection; numbers are unique over all listeners.
  std::uint64_t open_connection();
  void close_connection(std::uint64_t connection, std::uint64_t bytes, bool by_server);

  struct Asked {
    std::string endpoint;
    bool asks_to_close = false;
    std::string user_agent;
  };
  /// A connection carries one request at a time.
  void open_request(std::uint64_t connection, const Asked& asked);
  /// Log lines that this connection's request brought, or that came without one (`connection` 0).
  void take(std::uint64_t connection, const std::vector<std::string>& lines);
  /// `status` 0: the client went before it was answered.
  void close_request(std::uint64_t connection, int status, std::uint64_t bytes);

  /// See DeliveryTracker.
  void start_window(Nanos due_epoch_from);
  Delivery delivery(const std::map<std::string, SequenceRange>& written) const;
  std::vector<SeenLines> seen() const;

 private:
  struct Connection {
    std::uint64_t request = 0;
    std::string endpoint;
    std::uint64_t lines = 0;
    std::string user_agent;  ///< as last told
  };

  LedgerEntry entry(LedgerEvent event, std::uint64_t connection) const;

  const ScenarioClock& clock_;
  LedgerSink& ledger_;
  mutable std::mutex mutex_;
  DeliveryTracker tracker_;                        // under mutex_
  std::map<std::uint64_t, Connection> connections_;  // under mutex_
  std::uint64_t last_connection_ = 0;              // under mutex_
  std::uint64_t last_request_ = 0;                 // under mutex_
};

}  // namespace leakrig
