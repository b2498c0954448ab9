#include "harness/stats/growth/theil_sen.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <boost/math/distributions/normal.hpp>

namespace leakrig::stats {

std::vector<double> pairwise_slopes(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> slopes;
  slopes.reserve(x.size() * (x.size() > 0 ? x.size() - 1 : 0) / 2);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = i + 1; j < x.size(); ++j) {
      if (x[j] != x[i]) {
        slopes.push_back((y[j] - y[i]) / (x[j] - x[i]));
      }
    }
  }
  std::sort(slopes.begin(), slopes.end());
  return slopes;
}

SlopeInterval theil_sen(const std::vector<double>& x, const std::vector<double>& y, double var_s,
                        double confidence) {
  const std::vector<double> slopes = pairwise_slopes(x, y);
  if (slopes.empty()) {
    throw std::invalid_argument("theil_sen: fewer than two different x");
  }
  const auto count = static_cast<double>(slopes.size());
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + confidence / 2);
  const double spread = z * std::sqrt(std::max(0.0, var_s));
  const auto at_rank = [&](double rank) {
    return slopes[static_cast<std::size_t>(std::clamp(rank, 0.0, count - 1))];
  };
  const std::size_t middle = slopes.size() / 2;
  const double median = slopes.size() % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
  return {median, std::min(median, at_rank(std::floor((count - spread) / 2) - 1)),
          std::max(median, at_rank(std::ceil((count + spread) / 2)))};
}

}  // namespace leakrig::stats
