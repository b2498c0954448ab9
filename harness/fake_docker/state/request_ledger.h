#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"
#include "harness/fake_docker/http/connection.h"
#include "harness/fake_docker/http/live_counters.h"

namespace leakrig {

/// What a request tells of its client.
struct ClientTraits {
  bool asks_to_close = false;
  std::string_view target;  ///< with its version: "/v1.41/info"
  std::string_view user_agent;
};

/// Numbers connections and requests and reports their openings and closings. Serving thread only.
class RequestLedger {
 public:
  RequestLedger(const ScenarioClock& clock, LedgerSink& sink, LiveCounters& counters)
      : clock_(&clock), sink_(&sink), counters_(&counters) {}

  ConnectionRecord open_connection(pid_t peer_pid);
  void close_connection(const ConnectionRecord& connection, std::string_view closed_by);
  RequestRecord open_request(ConnectionRecord& connection, std::string_view endpoint, std::string container,
                             const ClientTraits& client = {});
  void close_request(const ConnectionRecord& connection, const RequestRecord& request,
                     std::string_view closed_by);

  /// Keeps the last closings for recent(), which costs a little each.
  void keep_recent() { keeps_recent_ = true; }
  const std::deque<LedgerEntry>& recent() const { return recent_; }

 private:
  static constexpr std::size_t kRecent = 1000;
  void closed(LedgerEntry entry);

  LedgerEntry entry(LedgerEvent event, const ConnectionRecord& connection) const;

  const ScenarioClock* clock_;
  LedgerSink* sink_;
  LiveCounters* counters_;
  std::uint64_t last_request_ = 0;
  std::set<pid_t> named_;  ///< processes of which the name has been told
  bool keeps_recent_ = false;
  std::deque<LedgerEntry> recent_;
};

}  // namespace leakrig
