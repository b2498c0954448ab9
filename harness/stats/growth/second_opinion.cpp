#include "harness/stats/growth/second_opinion.h"

#include <algorithm>

#include "harness/stats/growth/kendall.h"
#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kMostPoints = 150;

}  // namespace

SlopeInterval second_opinion(const ModelData& data, const BestFit& best, double confidence) {
  const std::size_t n = data.times.size();
  std::vector<double> rest = data.plain;
  if (best.shape.kind != ShapeKind::none) {
    const std::vector<double> column = shape_column(best.shape, data.times);
    for (std::size_t i = 0; i < n; ++i) {
      rest[i] -= best.shape_size * column[i];
    }
  }
  const std::size_t group = (n + kMostPoints - 1) / kMostPoints;
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < n; i += group) {
    const auto from = static_cast<std::ptrdiff_t>(i);
    const auto to = static_cast<std::ptrdiff_t>(std::min(n, i + group));
    x.push_back(median({data.times.begin() + from, data.times.begin() + to}));
    y.push_back(median({rest.begin() + from, rest.begin() + to}));
  }
  const double slope = theil_sen(x, y, 0, confidence).slope;
  std::vector<double> residuals(y);
  for (std::size_t i = 0; i < y.size(); ++i) {
    residuals[i] -= slope * x[i];
  }
  return theil_sen(x, y, kendall_variance(residuals), confidence);
}

}  // namespace leakrig::stats
