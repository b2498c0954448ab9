#include "harness/stats/noise_filter.h"

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

void NoiseFilter::whiten(const Columns& in, Columns& out) const {
  const std::size_t width = in.width;
  std::vector<double> state(2 * width, 0.0);
  double* const ar = state.data();
  double* const walk = state.data() + width;
  for (std::size_t i = 0; i < in.rows; ++i) {
    const Step& step = steps_[i];
    const double* const read = in.row(i);
    double* const written = out.row(i);
    for (std::size_t c = 0; c < width; ++c) {
      const double predicted = step.decay * ar[c];
      const double surprise = read[c] - predicted - walk[c];
      ar[c] = predicted + step.gain_ar * surprise;
      walk[c] += step.gain_walk * surprise;
      written[c] = surprise * step.inverse_sd;
    }
  }
}

}  // namespace leakrig::stats
