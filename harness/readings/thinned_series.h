#pragma once

#include <cstddef>
#include <vector>

#include "harness/stats/growth/verdict.h"

namespace leakrig {

/// One metric's readings out of a stream of any length, in bounded memory: when the buffer is full,
/// neighbours are joined into their means, so that each point stands for twice as many readings.
class ThinnedSeries {
 public:
  static constexpr std::size_t kMostPoints = 1 << 14;

  /// `minute` must not lie before the last one; equal times are joined.
  void add(double minute, double value, double containers);
  std::size_t readings() const { return readings_; }
  /// Containers are left out unless each reading had them (NaN stands for none).
  stats::Series take() const;

 private:
  struct Point {
    double minutes = 0, values = 0, containers = 0, weight = 0;  ///< sums, and how many
    double last_minute = 0;
  };
  void halve();

  std::vector<Point> points_;
  std::size_t per_point_ = 1;
  std::size_t readings_ = 0;
};

}  // namespace leakrig
