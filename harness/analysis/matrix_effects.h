#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// One value of one axis of a matrix, over all combinations with the other axes.
struct AxisValue {
  std::string axis;
  std::string value;
  std::size_t variants = 0;
  double mean_per_min = 0;  ///< of the leading metric's rates
  double lowest_per_min = 0;
  double highest_per_min = 0;
  std::map<std::string, int> verdicts;  ///< how often which
  double lost_share = 0;                ///< the mean share of lines lost
};

/// The values of each axis in the order in which they appear, by the metric that the run leads with. Variants
/// that are not of the cross, and those without that metric, do not count. Empty without a matrix. Pure.
std::vector<AxisValue> matrix_effects(const Analysis& analysis, const std::vector<std::string>& axes);

}  // namespace leakrig
