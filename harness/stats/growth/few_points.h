#pragma once

#include <vector>

#include "harness/stats/growth/theil_sen.h"

namespace leakrig::stats {

/// The line of least squares through points: its slope and the slope's standard error, which has as many degrees of
/// freedom as points less two. At least three points, two different x.
struct LeastSquares {
  double slope = 0;
  double standard_error = 0;
};
LeastSquares least_squares(const std::vector<double>& x, const std::vector<double>& y);

/// The least-squares slope of a few points, too few for a model of their noise, with Student's interval of
/// its residuals, widened by one `grain` over the whole: counts are whole, so where between two steps the
/// first and the last point lie is not known. At least 4 points with different x, confidence in (0, 1), else
/// std::invalid_argument.
SlopeInterval few_points_slope(const std::vector<double>& x, const std::vector<double>& y, double grain,
                               double confidence);

}  // namespace leakrig::stats
