#pragma once

#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/clock.h"

namespace leakrig {

/// What goes wrong at a sink, for every connection of every kind that it serves.
struct SinkFault {
  enum class Kind {
    status,  ///< a push is answered with `status`; where a protocol has no status, it is not acknowledged
    slow,    ///< a push waits for `delay` before it is taken
    silent,  ///< a push is never answered, and takes effect when the fault has ended
    reset,   ///< a push ends its connection with a reset
    away,    ///< as if nobody listened: connections are reset as they come
  };
  Kind kind = Kind::status;
  int status = 503;
  int retry_after_s = 0;  ///< the Retry-After of a 429 or 503; 0: none
  Nanos delay{0};         ///< wall time
};

/// "429", "503", "429:5" (with Retry-After), "slow:2s", "silent", "reset", "away". Throws UsageError otherwise.
SinkFault parse_sink_fault(std::string_view text);

/// Whether a push may pass, now. Any thread.
class FaultGate {
 public:
  enum class Outcome { pass, refuse, reset };
  struct Passage {
    Outcome outcome = Outcome::pass;
    SinkFault fault;  ///< what was in force, where `outcome` is not `pass`
  };

  static constexpr std::uint64_t kForEver = std::numeric_limits<std::uint64_t>::max();
  /// From now on, until another is set or nothing is, or so many pushes were hit.
  void set(std::optional<SinkFault> fault, std::uint64_t times = kForEver);
  /// Pushes that a fault has hit so far.
  std::uint64_t hits() const;
  /// Waits as long as a slow or silent sink does.
  Passage pass();
  /// Whether a new connection is reset at once.
  bool is_away() const;
  /// Ends every wait, now and later: the sink ends.
  void open_for_good();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<SinkFault> fault_;  // under mutex_
  std::uint64_t left_ = 0;          // under mutex_; pushes that it still hits
  std::uint64_t hits_ = 0;          // under mutex_
  bool ending_ = false;             // under mutex_
};

}  // namespace leakrig
