#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "harness/analysis/analysis.h"
#include "harness/fake_sink/push_server.h"

namespace leakrig {

/// Answers GET /metrics with what is known so far as OpenMetrics text, for Prometheus; everything else is
/// 404. `snapshot` is called from a connection's thread, one at a time, for each request; it may throw Error:
/// then there is nothing yet, and the answer is 503.
class MetricsServer final : private ConnectionObserver {
 public:
  using Snapshot = std::function<Analysis()>;

  /// `address`: HOST:PORT, "127.0.0.1:9477" or "0.0.0.0:0" (port 0: any). Throws UsageError if it is none,
  /// Error if it cannot be listened on.
  MetricsServer(const std::string& address, Snapshot snapshot);

  std::string url() const;

 private:
  ServedAnswer answer(const ServedRequest& request);
  std::uint64_t connection_opened() override { return 0; }
  void connection_closed(std::uint64_t, std::uint64_t, bool) override {}
  void request_opened(const ServedRequest&) override {}
  void request_closed(std::uint64_t, Answer) override {}

  Snapshot snapshot_;
  std::mutex mutex_;
  std::string host_;
  PushServer server_;  // last: its threads use all of the above
};

}  // namespace leakrig
