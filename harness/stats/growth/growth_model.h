#pragma once

#include <map>
#include <optional>
#include <vector>

#include "harness/stats/growth/columns.h"
#include "harness/stats/growth/shapes.h"
#include "harness/stats/growth/student_mixture.h"

namespace leakrig::stats {

/// Readings as the model wants them: times from 0 to 1, values of order 1, at least three readings.
struct ModelData {
  std::vector<double> times;
  std::vector<double> values;
  std::vector<std::vector<double>> load;  ///< what the load may do: columns, each less its mean
  std::optional<double> period;           ///< of a cycle whose rough form has been taken off the values
  int bins = 0;                           ///< of that form
  double start_level = 0;                 ///< the first readings' level from zero, not from the origin
  std::vector<double> plain;       ///< values freed roughly of containers and cycle: where to look for steps
};

/// The belief about the rate for one assumed size of the random walk.
struct RateBelief {
  std::vector<StudentComponent> rate;  ///< per unit of time
  double log_evidence = 0;
};

/// The likeliest explanation, and what it explains.
struct BestFit {
  Shape shape;
  double rate = 0;
  double shape_size = 0;        ///< growth that the shape explains
  double noise_sd = 0;
  double correlation_time = 0;
};

/// value = level + rate * t + effect * containers + cycle + shape + noise, averaged over shapes and over the
/// noise's correlation time (Bayesian model averaging: Hoeting et al., Statistical Science 14, 1999), so that
/// the interval knows that the explanation was chosen. Coefficients are integrated out with flat priors
/// (shapes: uniform over the range of the values), the noise's variance with 1 / variance. Of a cycle the rough
/// form is taken off beforehand; its harmonics stand in the regression and are whitened with the rest, as
/// projecting out and generalised least squares must use one metric (Frisch and Waugh, Econometrica 1, 1933).
class GrowthModel {
 public:
  /// `likely_walk`: the size of random walk at which the explanations are sifted. `least_rate`: a warm-up or
  /// a ramp is not followed by a fall that is faster than this (at most 0).
  GrowthModel(ModelData data, double likely_walk, double least_rate, double share_of_run = 1);

  /// The belief if leaked steps add a random walk of this variance per unit of time.
  const RateBelief& given_walk(double walk_variance);
  /// Posterior probability of a kind of shape at the likely walk.
  double probability(ShapeKind kind) const;
  bool uses_load() const { return has_load_; }
  /// From the least to the largest of `plain`.
  double range() const { return range_; }
  const BestFit& best() const { return best_; }

 private:
  struct Explanation {
    std::size_t noise = 0;  ///< index into correlation_times_
    std::size_t shape = 0;
    double log_weight = 0;
    StudentComponent rate;
    double noise_variance = 0;
    double shape_size = 0;
  };

  void build_columns();
  void add_harmonics();
  std::vector<std::size_t> all_shapes() const;
  /// Those of the shapes that have a column.
  std::vector<std::size_t> told_of(const std::vector<std::size_t>& shapes) const;
  /// Values, base and these shapes.
  Columns columns_of(const std::vector<std::size_t>& shapes) const;
  void estimate_noise_scale();
  /// Logarithm of how likely a shape of this size is beforehand, besides its share of the prior. `error`: of
  /// the size.
  double plausibility(const Shape& shape, double size, double rate, double error) const;
  std::vector<Explanation> explain(std::size_t noise, double noise_variance, double walk_variance,
                                   const std::vector<std::size_t>& shapes) const;
  /// The noise's variance that agrees with what a shape leaves under this walk.
  double settled_variance(std::size_t noise, double walk_variance, std::size_t shape) const;
  void sift(double likely_walk);

  ModelData data_;
  double least_rate_ = 0;
  std::vector<Shape> shapes_;
  std::vector<std::vector<double>> base_columns_;   ///< the rate's first
  std::vector<std::vector<double>> shape_columns_;  ///< empty where the shape cannot be told from the base
  Columns all_columns_{0, 0};                       ///< values, base and all shapes
  int lost_freedom_ = 0;                            ///< what the cycle's form took and its harmonics do not
  bool has_load_ = false;
  double range_ = 1;
  std::vector<double> correlation_times_;
  std::vector<double> noise_variance_;  ///< a guess at the AR(1) part's variance for each correlation time
  std::vector<std::size_t> best_of_noise_;  ///< the likeliest shape at each correlation time
  std::vector<Explanation> kept_;
  BestFit best_;
  std::map<double, RateBelief> beliefs_;
};

}  // namespace leakrig::stats
