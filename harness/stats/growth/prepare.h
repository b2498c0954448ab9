#pragma once

#include <optional>

#include "harness/stats/growth/growth_model.h"
#include "harness/stats/growth/points.h"

namespace leakrig::stats {

/// Points with what must be known before a model can be fitted.
struct Prepared {
  Points points;
  ModelData data;                ///< the points without bursts
  std::size_t bursts = 0;        ///< points left out because they stick out
  std::optional<double> period;  ///< of the cycle, in units of the points' time
  bool period_found = false;     ///< by us, not told
};

/// From this span on (minutes; less what a last reading may lack) a day's rhythm and growth can be told apart,
/// and the model has a day's harmonics.
inline constexpr double kTwoDays = 48 * 60 - 1;

/// Finds the cycle where it is not known and leaves bursts out. `series` only tells the known cycle.
/// `period_of_falls`: of teeth that are even (teeth.h), which are a cycle whose falls a few late readings can hide from
/// the search.
Prepared prepare(const Series& series, Points points, std::optional<double> period_of_falls = {});

}  // namespace leakrig::stats
