#pragma once

#include <vector>

namespace leakrig::stats {

/// What besides a steady rate may explain a rise.
enum class ShapeKind {
  none,
  warmup,  ///< an approach to a level, exp(-t / at)
  ramp,    ///< another rate until `at`: a leak that was capped, or one that began
  step,    ///< a jump at `at`
};

/// A candidate and its share of its kind's prior probability; times run from 0 to 1 over the run.
struct Shape {
  ShapeKind kind = ShapeKind::none;
  double at = 0;
  double prior = 1;
  bool late = false;  ///< a warm-up or a ramp that has hardly bent by the end of the run
};

/// The candidates for readings at `times` whose values, freed of containers and cycle, are `values`. Steps
/// are tried between all readings where there are few, else on a grid and at the likeliest places. The first
/// is `none`.
std::vector<Shape> candidate_shapes(const std::vector<double>& times, const std::vector<double>& values,
                                    double share_of_run = 1);

/// The regressor of a shape, scaled so that its coefficient is an amount of growth in units of the values.
std::vector<double> shape_column(const Shape& shape, const std::vector<double>& times);

}  // namespace leakrig::stats
