#pragma once

#include <vector>

namespace leakrig::stats {

/// Steps that stand out of a series: changes of level between a few readings before and after.
struct Steps {
  std::size_t count = 0;
  double sum = 0;  ///< of the steps, with their signs
};

/// The steps of `values`, in the order of time: differences of the medians of eight readings on both sides,
/// where they exceed what nearly all such differences are by far. Linear.
Steps find_steps(const std::vector<double>& values);

}  // namespace leakrig::stats
