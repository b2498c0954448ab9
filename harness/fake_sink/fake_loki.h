#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"

namespace leakrig {

struct FakeLokiOptions {
  std::string host = "127.0.0.1";
  int port = 0;                                   ///< 0: any free one
  std::size_t max_body_bytes = 32 * 1024 * 1024;  ///< after decompression; more is answered with 413
};

/// What is wrong with a sink for a while.
struct SinkFault {
  enum class Kind {
    none,
    status,  ///< pushes are answered with `status`, and their lines are not taken
    drop,    ///< the connection is closed instead of an answer, and the lines are not taken
    slow,    ///< the answer comes `delay` late
    away,    ///< every connection is closed, the open ones at once, others with their first request
  };
  Kind kind = Kind::none;
  int status = 500;
  Nanos delay{0};  ///< scenario time
};

/// The log sink: Loki's push API over TCP, serving from construction to destruction.
/// POST /loki/api/v1/push (JSON, also gzip): 204, or 400 with the reason, or 413. GET /ready: 200.
/// Connections are kept alive for ever, so none closes by the server's will while it runs. Ledger: each
/// accepted connection and each request, server "loki"; a request's `lines` are the lines accepted. Entries
/// come from the connections' threads, one at a time.
class FakeLoki {
 public:
  /// `clock` and `ledger` must outlive this. Throws Error if the address cannot be bound.
  FakeLoki(const FakeLokiOptions& options, const ScenarioClock& clock, LedgerSink& ledger);
  /// Closes every connection and waits for their threads.
  ~FakeLoki();
  FakeLoki(const FakeLoki&) = delete;
  FakeLoki& operator=(const FakeLoki&) = delete;

  /// "http://127.0.0.1:PORT"
  std::string url() const;
  /// From now on, for the next `times` pushes; then all is well again. Any thread.
  void set_fault(const SinkFault& fault, std::uint64_t times);
  /// Pushes that a fault has hit so far. Any thread.
  std::uint64_t fault_hits() const;
  /// Only lines due at or after this epoch count from now on (the warm-up is over). Any thread.
  void start_window(Nanos due_epoch_from);
  /// Lost, duplicated and latency against what was written, so far. Any thread.
  Delivery delivery(const std::map<std::string, SequenceRange>& written) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leakrig
