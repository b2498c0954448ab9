#include "harness/stats/growth/noise_filter.h"

#include <cmath>

namespace leakrig::stats {

NoiseFilter::NoiseFilter(const std::vector<double>& times, const NoiseShape& noise) {
  steps_.reserve(times.size());
  // Covariance of the state (AR part, walk) after the reading before.
  double ar = 1;
  double cross = 0;
  double walk = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    Step step;
    if (i > 0) {
      const double gap = times[i] - times[i - 1];
      step.decay = noise.correlation_time > 0 ? std::exp(-gap / noise.correlation_time) : 0;
      ar = step.decay * step.decay * ar + (1 - step.decay * step.decay);
      cross *= step.decay;
      walk += noise.walk_rate * gap;
    }
    const double variance = ar + 2 * cross + walk;
    step.gain_ar = (ar + cross) / variance;
    step.gain_walk = (cross + walk) / variance;
    step.inverse_sd = 1 / std::sqrt(variance);
    log_determinant_ += std::log(variance);
    ar -= step.gain_ar * (ar + cross);
    const double new_cross = cross - step.gain_ar * (cross + walk);
    walk -= step.gain_walk * (cross + walk);
    cross = new_cross;
    steps_.push_back(step);
  }
}

}  // namespace leakrig::stats
