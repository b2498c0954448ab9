#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"
#include "harness/core/log_marker.h"
#include "harness/fake_sink/latency_histogram.h"
#include "harness/fake_sink/sequence_set.h"

namespace leakrig {

/// What has been delivered, from the markers in the lines. Pure: no clock, no locks; its owner serialises
/// calls. Memory is bounded by the number of containers and of gaps.
class DeliveryTracker {
 public:
  /// `time_scale`: scenario milliseconds per wall millisecond, for the latency.
  explicit DeliveryTracker(double time_scale) : time_scale_(time_scale) {}

  /// Forgets everything; from now on only lines due at or after this epoch count.
  void start_window(Nanos due_epoch_from);
  void observe(const LogMarker& marker, Nanos accepted_epoch);
  /// Against what was written: sequence ranges by container. Containers that are not named do not count.
  Delivery delivery(const std::map<std::string, SequenceRange>& written) const;

 private:
  struct Container {
    SequenceSet seen;
    std::uint64_t duplicates = 0;
  };

  double time_scale_;
  Nanos due_from_ = Nanos::min();
  std::map<std::string, Container, std::less<>> containers_;
  LatencyHistogram latency_;
};

}  // namespace leakrig
