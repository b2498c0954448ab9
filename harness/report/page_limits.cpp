#include "harness/report/page_limits.h"

#include <algorithm>
#include <cmath>

#include "harness/analysis/plot.h"

namespace leakrig {

PageLimits PageLimits::divided_by(std::size_t divisor) const {
  return {points / divisor, rows / divisor,   spans / divisor,
          lanes / divisor,  groups / divisor, std::max<std::size_t>(40, name / divisor)};
}

PageShare share_of(const PageLimits& limits, std::size_t variants, std::size_t metrics) {
  const std::size_t v = std::max<std::size_t>(1, variants);
  const std::size_t series = v * std::max<std::size_t>(1, metrics);
  return {std::clamp<std::size_t>(limits.points / series, 4, 400),
          std::clamp<std::size_t>(limits.rows / series, 2, 120),
          std::clamp<std::size_t>(limits.spans / v, 8, OrphanTimeline::kMostSpans),
          std::clamp<std::size_t>(limits.lanes / v, 2, OrphanTimeline::kMostLanes),
          std::clamp<std::size_t>(limits.groups / v, 4, 60),
          limits.name};
}

std::vector<std::size_t> thinned_rows(std::size_t rows, std::size_t most) {
  most = std::max<std::size_t>(most, 1);
  const std::size_t step = std::max<std::size_t>(1, (rows + most - 1) / most);
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < rows; ++i) {
    if (i % step == 0 || i + 1 == rows) shown.push_back(i);
  }
  return shown;
}

std::size_t spans_of_lane(const PageShare& share, std::size_t lanes) {
  return lanes == 0 ? 0 : std::max<std::size_t>(2, share.spans / lanes);
}

std::size_t points_of_series(std::size_t points, std::size_t series) {
  return std::max<std::size_t>(10, points / std::max<std::size_t>(1, series));
}

std::optional<PageNumber> page_number(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  constexpr double kDecimals = 1000;
  constexpr double kLargestWhole = 9e15;  // doubles hold whole numbers up to there
  const double result = std::round(value * kDecimals) / kDecimals;
  return PageNumber{result, std::abs(result) < kLargestWhole && result == std::floor(result)};
}

}  // namespace leakrig
