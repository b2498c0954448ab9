#include "harness/stats/growth/few_points.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include <boost/math/distributions/students_t.hpp>

namespace leakrig::stats {

LeastSquares least_squares(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  const double slope = xy / xx;
  return {slope, std::sqrt(std::max(0.0, yy - slope * xy) / (n - 2) / xx)};
}

SlopeInterval few_points_slope(const std::vector<double>& x, const std::vector<double>& y, double grain,
                               double confidence) {
  constexpr std::size_t kFewest = 4;
  if (x.size() < kFewest || y.size() != x.size() || !(confidence > 0) || !(confidence < 1)) {
    throw std::invalid_argument("few_points_slope: too few points, or an option is out of range");
  }
  const auto [first, last] = std::minmax_element(x.begin(), x.end());
  if (!(*last > *first)) {
    throw std::invalid_argument("few_points_slope: fewer than two different x");
  }
  const LeastSquares line = least_squares(x, y);
  const double freedom = static_cast<double>(x.size()) - 2;
  const double t = boost::math::quantile(boost::math::students_t(freedom), (1 + confidence) / 2);
  const double reach = std::hypot(t * line.standard_error, grain / (*last - *first));
  return {line.slope, line.slope - reach, line.slope + reach};
}

}  // namespace leakrig::stats
