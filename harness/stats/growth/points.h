#pragma once

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// A series made small and of order 1: what the model works on.
struct Points {
  std::vector<double> times;       ///< 0 to 1 over the run
  std::vector<double> values;      ///< (value - origin) / scale
  std::vector<double> containers;  ///< as given; empty if not known
  double start_minutes = 0;
  double span_minutes = 0;
  double origin = 0;
  double scale = 1;

  /// A rate per unit of time and scale, per minute and in the series' units. Multiplies last, so that
  /// no product overflows before its result does.
  double per_minute(double rate) const { return rate / span_minutes * scale; }
};

/// At most `most` points: the series itself, or the means of that many windows of equal time, empty ones left
/// out. Linear in the series. The series is valid, has two readings at least and is not constant.
Points make_points(const Series& series, std::size_t most);

}  // namespace leakrig::stats
