#include "harness/stats/growth/robust.h"

#include <algorithm>
#include <cmath>

namespace leakrig::stats {

double median(std::vector<double> values) {
  if (values.empty()) {
    return 0;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) {
    return *middle;
  }
  return *middle / 2 + *std::max_element(values.begin(), middle) / 2;
}

double robust_sd(const std::vector<double>& values) {
  const double centre = median(values);
  std::vector<double> distances(values.size());
  std::transform(values.begin(), values.end(), distances.begin(),
                 [&](double x) { return std::abs(x - centre); });
  return 1.4826 * median(std::move(distances));
}

}  // namespace leakrig::stats
