#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"
#include "harness/core/log_marker.h"
#include "harness/fake_sink/latency_histogram.h"
#include "harness/fake_sink/sequence_set.h"

namespace leakrig {

/// What came of one container's lines.
struct SeenLines {
  std::string container;
  std::uint64_t first = 0;       ///< the lowest sequence number
  std::uint64_t end = 0;         ///< behind the highest
  std::uint64_t delivered = 0;   ///< distinct
  std::uint64_t duplicates = 0;  ///< deliveries beyond the first
};

/// What has been delivered, from the markers in the lines. Pure: no clock, no locks; its owner serialises
/// calls. Memory is bounded by the number of containers, of which kMostContainers are known, and of gaps.
class DeliveryTracker {
 public:
  static constexpr std::size_t kMostContainers = 100'000;

  /// `time_scale`: scenario milliseconds per wall millisecond, for the latency.
  explicit DeliveryTracker(double time_scale) : time_scale_(time_scale) {}

  /// Forgets everything; from now on only lines due at or after this epoch count.
  void start_window(Nanos due_epoch_from);
  void observe(const LogMarker& marker, Nanos accepted_epoch);
  /// Against what was written: sequence ranges by container. Containers that are not named do not count.
  Delivery delivery(const std::map<std::string, SequenceRange>& written) const;
  /// What came, where nobody knows what was written: by container, in the order of their names.
  std::vector<SeenLines> seen() const;

 private:
  struct Container {
    SequenceSet seen;
    std::uint64_t first = 0;
    std::uint64_t end = 0;
    std::uint64_t duplicates = 0;
  };

  double time_scale_;
  Nanos due_from_ = Nanos::min();
  std::map<std::string, Container, std::less<>> containers_;
  LatencyHistogram latency_;
};

}  // namespace leakrig
