#include "harness/stats/growth/shapes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace leakrig::stats {

namespace {

constexpr std::size_t kFewestPointsForShapes = 24;
constexpr int kWarmups = 22;
constexpr double kLongestWarmup = 0.34;
constexpr int kSlowWarmups = 5;
constexpr double kSlowestWarmup = 1.5;
constexpr int kRamps = 28;
constexpr double kFirstRamp = 0.1;
constexpr double kLastRamp = 0.76;
constexpr int kLateRamps = 5;
constexpr double kLatestRamp = 0.92;
constexpr std::size_t kStepsOnGrid = 40;
constexpr std::size_t kLikelySteps = 12;
constexpr std::size_t kStepMargin = 4;  ///< readings on each side of a step
constexpr double kPriorWarmup = 0.03;
constexpr double kPriorEarlyWarmup = 0.3;
constexpr double kPriorSlowWarmup = 0.008;
constexpr double kPriorRamp = 0.01;
constexpr double kPriorLateRamp = 0.007;
constexpr double kPriorStep = 0.03;

/// Places i (a step before reading i) by how far the means of the readings on both sides are apart.
std::vector<std::size_t> likeliest_steps(const std::vector<double>& values) {
  const std::size_t n = values.size();
  std::vector<double> sum(n + 1, 0.0);
  std::partial_sum(values.begin(), values.end(), sum.begin() + 1);
  std::vector<std::pair<double, std::size_t>> jumps;
  for (std::size_t i = kStepMargin; i + kStepMargin <= n; ++i) {
    jumps.emplace_back(-std::abs(sum[i + kStepMargin] - 2 * sum[i] + sum[i - kStepMargin]), i);
  }
  const std::size_t kept = std::min(kLikelySteps, jumps.size());
  std::partial_sort(jumps.begin(), jumps.begin() + static_cast<std::ptrdiff_t>(kept), jumps.end());
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < kept; ++k) {
    places.push_back(jumps[k].second);
  }
  return places;
}

}  // namespace

std::vector<Shape> candidate_shapes(const std::vector<double>& times, const std::vector<double>& values,
                                    double share_of_run) {
  const std::size_t n = times.size();
  if (n < kFewestPointsForShapes) {
    return {Shape{}};
  }
  std::vector<Shape> shapes = {{ShapeKind::none, 0, 1 - kPriorWarmup - kPriorRamp - kPriorStep}};
  const double longest = kLongestWarmup / share_of_run;
  const double prior_warmup = share_of_run < 1 ? kPriorEarlyWarmup : kPriorWarmup;
  const double shortest = std::max(0.01, 2.0 / static_cast<double>(n));
  for (int k = 0; k < kWarmups; ++k) {
    shapes.push_back({ShapeKind::warmup, shortest * std::pow(longest / shortest, k / (kWarmups - 1.0)),
                      prior_warmup / kWarmups});
  }
  for (int k = 0; k < kRamps; ++k) {
    shapes.push_back(
        {ShapeKind::ramp, kFirstRamp + (kLastRamp - kFirstRamp) * k / (kRamps - 1.0), kPriorRamp / kRamps});
  }
  for (int k = 1; k <= kSlowWarmups; ++k) {
    shapes.push_back({ShapeKind::warmup, longest * std::pow(kSlowestWarmup / kLongestWarmup, k / static_cast<double>(kSlowWarmups)),
                      kPriorSlowWarmup / kSlowWarmups, true});
  }
  for (int k = 1; k <= kLateRamps; ++k) {
    shapes.push_back({ShapeKind::ramp, kLastRamp + (kLatestRamp - kLastRamp) * k / kLateRamps,
                      kPriorLateRamp / kLateRamps, true});
  }
  std::vector<std::size_t> places = likeliest_steps(values);
  const std::size_t likely = places.size();
  const std::size_t stride = std::max<std::size_t>(1, n / kStepsOnGrid);
  for (std::size_t i = kStepMargin; i + kStepMargin <= n; i += stride) {
    if (std::find(places.begin(), places.end(), i) == places.end()) {
      places.push_back(i);
    }
  }
  for (std::size_t k = 0; k < places.size(); ++k) {
    const std::size_t i = places[k];
    const auto share = static_cast<double>(k < likely ? 1 : stride) / static_cast<double>(n);
    shapes.push_back({ShapeKind::step, (times[i - 1] + times[i]) / 2, kPriorStep * share});
  }
  return shapes;
}

std::vector<double> shape_column(const Shape& shape, const std::vector<double>& times) {
  std::vector<double> column(times.size());
  std::transform(times.begin(), times.end(), column.begin(), [&](double t) -> double {
    switch (shape.kind) {
      case ShapeKind::warmup:
        return -std::exp(-t / shape.at);
      case ShapeKind::ramp:
        return std::min(t - shape.at, 0.0) / shape.at;
      case ShapeKind::step:
        return t >= shape.at ? 1 : 0;
      case ShapeKind::none:
        break;
    }
    return 0;
  });
  return column;
}

}  // namespace leakrig::stats
