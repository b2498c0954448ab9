#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"

namespace leakrig {

/// What other threads may read while the daemon serves.
struct LiveCounters {
  std::atomic<std::uint64_t> open_connections{0};
  std::atomic<std::uint64_t> open_streams{0};
  std::atomic<std::uint64_t> running_containers{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> lines_sent{0};
  std::atomic<std::uint64_t> lines_late{0};
};

/// A connection from accept to close; moved along with its socket, from session to log stream and back.
struct ConnectionRecord {
  std::uint64_t id = 0;
  pid_t peer_pid = 0;
  std::uint64_t bytes = 0;  ///< both ways
  Nanos opened{0};          ///< scenario time
  // As last told to the ledger:
  std::string api;
  std::string user_agent;
};

/// What a request tells of its client.
struct ClientTraits {
  bool asks_to_close = false;
  std::string_view target;  ///< with its version: "/v1.41/info"
  std::string_view user_agent;
};

/// A request from its last header to the end of its answer.
struct RequestRecord {
  std::uint64_t id = 0;
  std::string_view endpoint;  ///< of the routes table, which outlives it
  std::string container;
  int status = 0;
  std::uint64_t bytes = 0;  ///< of the answer's body
  std::uint64_t lines = 0;
  Nanos opened{0};  ///< scenario time
};

/// A connection that is open, and the request it is in, if any.
struct OpenRequest {
  const ConnectionRecord* connection = nullptr;
  const RequestRecord* request = nullptr;
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
