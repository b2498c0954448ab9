#pragma once

#include <vector>

#include "harness/stats/growth/columns.h"

namespace leakrig::stats {

/// How readings scatter about their mean: a stationary AR(1) part of variance 1 whose correlation falls to
/// 1/e in `correlation_time`, plus a random walk of variance `walk_rate` per unit of time, 0 at the first
/// reading. Times need not be equidistant. The walk is what a leak of Poisson steps adds to its own mean.
struct NoiseShape {
  double correlation_time = 0;
  double walk_rate = 0;
};

/// Turns columns of readings into uncorrelated ones of variance 1 by the innovations of a Kalman filter
/// (Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, section 3.4): generalised
/// least squares in linear time. Immutable; any thread.
class NoiseFilter {
 public:
  NoiseFilter(const std::vector<double>& times, const NoiseShape& noise);
  /// Whitens every column of `in` and calls back with each row, `in.width` numbers valid during the call: the
  /// whole would not fit a processor's cache.
  template <typename Found>
  void whiten(const Columns& in, const Found& found) const {
    std::vector<double> state(3 * in.width, 0.0);
    double* const ar = state.data();
    double* const walk = ar + in.width;
    double* const white = walk + in.width;
    for (std::size_t i = 0; i < in.rows; ++i) {
      const Step& step = steps_[i];
      const double* const read = in.row(i);
      for (std::size_t c = 0; c < in.width; ++c) {
        const double predicted = step.decay * ar[c];
        const double surprise = read[c] - predicted - walk[c];
        ar[c] = predicted + step.gain_ar * surprise;
        walk[c] += step.gain_walk * surprise;
        white[c] = surprise * step.inverse_sd;
      }
      found(static_cast<const double*>(white));
    }
  }
  /// Logarithm of the determinant of the readings' covariance.
  double log_determinant() const { return log_determinant_; }

 private:
  struct Step {
    double decay = 0;  ///< of the AR(1) part since the reading before
    double gain_ar = 0;
    double gain_walk = 0;
    double inverse_sd = 0;
  };
  std::vector<Step> steps_;
  double log_determinant_ = 0;
};

}  // namespace leakrig::stats
