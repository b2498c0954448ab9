#pragma once

#include <vector>

namespace leakrig::stats {

/// The slopes of all pairs of points, ascending; pairs with equal x are left out. Quadratic in time and
/// memory: for at most a few thousand points (see bucket.h).
std::vector<double> pairwise_slopes(const std::vector<double>& x, const std::vector<double>& y);

/// A slope and its interval.
struct SlopeInterval {
  double slope = 0;
  double low = 0;
  double high = 0;
};

/// Theil-Sen slope (Sen, J. Am. Stat. Assoc. 63, 1968) with Sen's interval from the variance of Kendall's S:
/// the slopes of rank (N -+ z sqrt(var_s)) / 2. At least two different x, else std::invalid_argument.
SlopeInterval theil_sen(const std::vector<double>& x, const std::vector<double>& y, double var_s,
                        double confidence);

}  // namespace leakrig::stats
