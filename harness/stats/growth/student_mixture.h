#pragma once

#include <limits>
#include <vector>

namespace leakrig::stats {

/// A scaled and shifted Student t distribution with a weight, cut off below `floor`.
struct StudentComponent {
  double weight = 0;
  double mean = 0;
  double scale = 0;
  double degrees_of_freedom = 1;
  double floor = -std::numeric_limits<double>::infinity();
  bool late = false;  ///< of an explanation that a longer run would show: it keeps from `leak` alone
};

/// Without the late components, unless they are nearly all there is.
std::vector<StudentComponent> without_late(std::vector<StudentComponent> components);

/// What of a component lies above `x` before it is cut off.
double share_above(const StudentComponent& component, double x);

/// P(X <= x) where X is drawn from the components by their weights, which sum to 1.
double mixture_cdf(const std::vector<StudentComponent>& components, double x);

/// The x with P(X <= x) = p, to about 1e-4 of the widest scale; p in (0, 1).
double mixture_quantile(const std::vector<StudentComponent>& components, double p);

}  // namespace leakrig::stats
