#pragma once

#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

namespace leakrig {

/// How many threads a leak of `per_min` has planted after so long: evenly spaced, the first half a step in.
std::size_t planted_by(double per_min, std::chrono::duration<double> elapsed);

/// A leak of known rate, for controls: starts idle threads named "planted" that stay until the end. A rig
/// that does not find it cannot be trusted with others. Owns its threads; the planting one is its only other.
class PlantedLeak {
 public:
  /// `per_min` > 0, in wall time, from now on.
  explicit PlantedLeak(double per_min);

 private:
  std::vector<std::jthread> planted_;  // of the planting thread alone
  std::jthread planter_;
};

}  // namespace leakrig
