#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"
#include "harness/fake_sink/delivery_tracker.h"
#include "harness/fake_sink/sink_fault.h"

namespace leakrig {

class SinkBook;
class SinkListener;

/// One kind of sink and where it listens.
struct SinkPort {
  std::string kind = "loki";  ///< one of sink_kinds()
  int port = 0;               ///< 0: any free one
};

struct FakeSinkOptions {
  std::string host = "127.0.0.1";
  std::vector<SinkPort> ports{{}};
  std::size_t max_message_bytes = 32 * 1024 * 1024;  ///< of a body after decompression, or a message
};

/// The log sink: takes what log collectors send, in the protocols of sink_kinds(), each on a port of its own,
/// and answers as their clients expect. Our lines are found by their marker in whatever envelope and
/// compression; one that reaches two kinds counts as delivered once and duplicated once. Serves from
/// construction to destruction. Ledger: each accepted connection and each request, server "loki" whatever
/// the protocol; a request's `lines` are the log lines accepted. Entries come from the connections' threads,
/// one at a time.
class FakeSink {
 public:
  /// `clock` and `ledger` must outlive this. Throws Error if an address cannot be bound.
  FakeSink(const FakeSinkOptions& options, const ScenarioClock& clock, LedgerSink& ledger);
  /// Closes every connection and waits for their threads.
  ~FakeSink();
  FakeSink(const FakeSink&) = delete;
  FakeSink& operator=(const FakeSink&) = delete;

  /// "http://127.0.0.1:PORT", or "tcp://127.0.0.1:PORT" for fluentd, syslog and lines. Throws Error where that
  /// kind is not served.
  std::string url(const std::string& kind = "loki") const;
  /// "127.0.0.1:PORT"
  std::string address(const std::string& kind) const;
  /// The kinds that are served.
  std::vector<std::string> kinds() const;

  /// What goes wrong from now on, at every kind, for so many pushes; nothing: all is well again. Any thread.
  void set_fault(std::optional<SinkFault> fault, std::uint64_t times = FaultGate::kForEver);
  /// Pushes that a fault has hit so far. Any thread.
  std::uint64_t fault_hits() const;

  /// Only lines due at or after this epoch count from now on (the warm-up is over). Any thread.
  void start_window(Nanos due_epoch_from);
  /// Lost, duplicated and latency against what was written, so far. Any thread.
  Delivery delivery(const std::map<std::string, SequenceRange>& written) const;
  /// What came, where nobody knows what was written. Any thread.
  std::vector<SeenLines> seen() const;

 private:
  std::string host_;
  std::unique_ptr<SinkBook> book_;
  FaultGate faults_;
  std::map<std::string, std::unique_ptr<SinkListener>> listeners_;
};

}  // namespace leakrig
