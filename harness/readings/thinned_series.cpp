#include "harness/readings/thinned_series.h"

#include <cmath>

namespace leakrig {

void ThinnedSeries::add(double minute, double value, double containers) {
  ++readings_;
  const bool same_time = !points_.empty() && points_.back().last_minute == minute;
  if (points_.empty() || (points_.back().weight >= static_cast<double>(per_point_) && !same_time)) {
    if (points_.size() == kMostPoints) halve();
    points_.emplace_back();
  }
  Point& point = points_.back();
  // Means by increments: sums of huge values would overflow.
  point.weight += 1;
  const double share = 1 / point.weight;
  point.minutes += (minute - point.minutes) * share;
  point.values += value * share - point.values * share;
  point.containers += (containers - point.containers) * share;
  point.last_minute = minute;
}

void ThinnedSeries::halve() {
  for (std::size_t i = 0; 2 * i + 1 < points_.size(); ++i) {
    const Point a = points_[2 * i];
    const Point b = points_[2 * i + 1];
    const double weight = a.weight + b.weight;
    const auto mean = [&](double x, double y) { return x * (a.weight / weight) + y * (b.weight / weight); };
    points_[i] = {mean(a.minutes, b.minutes), mean(a.values, b.values), mean(a.containers, b.containers),
                  weight, b.last_minute};
  }
  points_.resize(points_.size() / 2);
  per_point_ *= 2;
}

stats::Series ThinnedSeries::take() const {
  stats::Series series;
  bool load_known = true;
  for (const auto& point : points_) {
    series.minutes.push_back(point.minutes);
    series.values.push_back(point.values);
    series.containers.push_back(point.containers);
    load_known = load_known && std::isfinite(point.containers);
  }
  if (!load_known) series.containers.clear();
  return series;
}

}  // namespace leakrig
