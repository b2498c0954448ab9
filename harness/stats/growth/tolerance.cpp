#include "harness/stats/growth/tolerance.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

constexpr double kShareOfStart = 0.1;   ///< growth by less than that nobody sees on a chart
constexpr double kShareForStart = 0.1;  ///< of the readings that tell the start level
constexpr double kScatters = 3;         ///< growth within the scatter of the readings cannot be felt

/// Of the readings about their line: twice the median change between neighbours would be blind to cycles.
double scatter_about_trend(const std::vector<double>& values) {
  std::vector<double> rest(values);
  const auto third = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(values.size()) / 3);
  const double from = median({values.begin(), values.begin() + third});
  const double to = median({values.end() - third, values.end()});
  const double steps = std::max<double>(1, static_cast<double>(values.size()) - static_cast<double>(third));
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= (to - from) * static_cast<double>(i) / steps;
  return robust_sd(rest);
}

}  // namespace

double default_tolerance(const Series& series, const DefaultTolerance& defaults) {
  if (series.minutes.size() < 2) return defaults.per_min;
  double span = series.minutes.back() - series.minutes.front();
  if (!series.life_starts.empty()) span /= static_cast<double>(series.life_starts.size() + 1);
  const auto few = std::max<std::ptrdiff_t>(
      1, static_cast<std::ptrdiff_t>(kShareForStart * static_cast<double>(series.values.size())));
  const double start = median({series.values.begin(), series.values.begin() + few});
  const double over_span =
      std::max({defaults.over_span, kShareOfStart * std::abs(start), kScatters * scatter_about_trend(series.values)});
  return std::min(defaults.per_min, over_span / span);
}

}  // namespace leakrig::stats
