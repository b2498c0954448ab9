#include "harness/stats/growth/slowing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace leakrig::stats {

namespace {

constexpr std::size_t kBlocks = 10;
constexpr std::size_t kReadingsABlock = 4;
constexpr double kClearly = -2.5;  ///< Student's t with 8 degrees of freedom: 1.9 % of steady leaks show it

/// Of the growth: what slows by less until the run's end does not end by itself. A warm-up whose time constant is the
/// run slows by half. Without it, a ticker's leak that is nearly noiseless slows "clearly" by a hundredth.
constexpr double kMaterially = 0.2;

}  // namespace

bool slows(const ModelData& data, const BestFit& best) {
  const std::size_t n = data.times.size();
  if (n < kBlocks * kReadingsABlock || best.shape.kind == ShapeKind::ramp) return false;
  std::vector<double> rest = data.plain;
  if (best.shape.kind != ShapeKind::none) {
    const std::vector<double> column = shape_column(best.shape, data.times);
    for (std::size_t i = 0; i < n; ++i) rest[i] -= best.shape_size * column[i];
  }
  // Each block's own slope, so that what lies between two blocks counts once.
  std::array<double, kBlocks> growth{};
  for (std::size_t b = 0; b < kBlocks; ++b) {
    const std::size_t begin = b * n / kBlocks;
    const std::size_t end = (b + 1) * n / kBlocks;
    double level = 0;
    for (std::size_t i = begin; i < end; ++i) level += rest[i] / static_cast<double>(end - begin);
    growth[b] = level;
  }
  std::array<double, kBlocks - 1> rises{};
  for (std::size_t b = 1; b < kBlocks; ++b) rises[b - 1] = growth[b] - growth[b - 1];
  constexpr double kCount = kBlocks - 1;
  const double middle = (kCount - 1) / 2;
  const double mean = std::accumulate(rises.begin(), rises.end(), 0.0) / kCount;
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (std::size_t b = 0; b < rises.size(); ++b) {
    const double x = static_cast<double>(b) - middle;
    xx += x * x;
    xy += x * (rises[b] - mean);
    yy += (rises[b] - mean) * (rises[b] - mean);
  }
  const double slope = xy / xx;
  const double error = std::sqrt(std::max(0.0, yy - slope * xy) / (kCount - 2) / xx);
  return slope < kClearly * error && slope * middle < -kMaterially * std::abs(mean);
}

}  // namespace leakrig::stats
