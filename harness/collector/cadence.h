#pragma once

#include <chrono>
#include <cstddef>

#include "harness/core/clock.h"

namespace leakrig {

/// An absolute schedule: origin + phase + k x every, k = 0, 1, ... It never drifts; slots that were missed
/// are skipped.
class Cadence {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// `every` > 0, 0 <= `phase` < every.
  Cadence(TimePoint origin, Nanos every, Nanos phase) : first_(origin + phase), every_(every) {}

  /// The first slot after `now`.
  TimePoint next_after(TimePoint now) const;

 private:
  TimePoint first_;
  Nanos every_;
};

/// Where in [0, 1) the schedule of the index-th of any number begins, so that all of them together are even:
/// 0, 1/2, 1/4, 3/4, 1/8, ... (van der Corput). For 2^n of them the spacing is exact.
double even_phase(std::size_t index);

}  // namespace leakrig
