#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/analysis/isolation.h"

namespace leakrig {

/// Which switches, together, stop what none of them stops alone.
class CombinationSearch {
 public:
  using Set = std::vector<std::string>;
  /// Runs each set as one variant; a finding for each, in order.
  using Try = std::function<std::vector<SwitchFinding>(const std::vector<Set>& sets)>;

  /// All of `candidates` together, and every pair of them, in one go; if only all together are effective, one
  /// at a time is left out for as long as the rest still is (Zeller and Hildebrandt, "Simplifying and
  /// isolating failure-inducing input", 2002, with single removals). Returns what was tried, and in
  /// `smallest` the smallest effective set; empty if there is none.
  static std::vector<SwitchFinding> run(const Set& candidates, const Try& attempt, Set& smallest);
};

}  // namespace leakrig
