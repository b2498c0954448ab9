#include "harness/stats/growth/points.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

Points make_points(const Series& series, std::size_t most) {
  const std::size_t n = series.values.size();
  Points points;
  points.start_minutes = series.minutes.front();
  points.span_minutes = series.minutes.back() - series.minutes.front();
  double largest = 0;
  for (const double value : series.values) {
    largest = std::max(largest, std::abs(value));
  }
  const std::size_t windows = std::min(n, most);
  std::size_t i = 0;
  for (std::size_t w = 0; w < windows && i < n; ++w) {
    double time = 0;
    double value = 0;
    double load = 0;
    double count = 0;
    const double end = static_cast<double>(w + 1) / static_cast<double>(windows);
    while (i < n) {
      const double at = (series.minutes[i] - points.start_minutes) / points.span_minutes;
      const bool whole = n <= most;
      if ((whole && count > 0) || (!whole && at >= end && w + 1 < windows)) {
        break;
      }
      time += at;
      value += series.values[i] / largest;
      load += series.containers.empty() ? 0 : series.containers[i];
      ++count;
      ++i;
    }
    if (count > 0) {
      points.times.push_back(time / count);
      points.values.push_back(value / count);
      if (!series.containers.empty()) {
        points.containers.push_back(load / count);
      }
    }
  }
  const double centre = median(points.values);
  double reach = 0;
  for (double& value : points.values) {
    value -= centre;
    reach = std::max(reach, std::abs(value));
  }
  points.origin = centre * largest;
  points.scale = largest;
  if (reach > 0 && std::isfinite(reach * largest)) {
    for (double& value : points.values) {
      value /= reach;
    }
    points.scale = reach * largest;
  }
  return points;
}

}  // namespace leakrig::stats
