#pragma once

#include <optional>
#include <vector>

#include "harness/stats/growth/points.h"
#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// A series that rises gradually and falls at once, again and again: a heap that is collected, a pool that is
/// trimmed, or a program that is started anew.
struct Teeth {
  std::vector<double> fall_times;   ///< in the points' time
  std::vector<double> floors;       ///< the least reading after each fall
  std::vector<double> ceilings;     ///< the largest reading before each fall
  bool even = false;                ///< the falls keep one period
  bool to_the_start = false;        ///< each falls to about where the series began
  double usual_fall = 0;
};

/// The teeth, or none (no falls) where fewer than three falls are alike, or rises are as sudden as falls.
/// `plain` are the points' values freed of load. Linear.
Teeth find_teeth(const std::vector<double>& times, const std::vector<double>& plain);

/// The period of teeth that are even, in the points' time; nothing where they are not, or none.
std::optional<double> period_of(const Teeth& teeth);

/// The verdict by floors and ceilings, both of which rise if something stays behind: `leak` where they do,
/// else `inconclusive` unless `collected` says that falling is what these values do. Needs four falls.
void judge_teeth(const Teeth& teeth, const Points& points, const GrowthOptions& options, Growth& growth);

}  // namespace leakrig::stats
