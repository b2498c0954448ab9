#pragma once

#include <optional>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// Equal steps up that recur at equal times: what a ticker leaks. The steps are the rate.
struct Staircase {
  double step = 0;            ///< what comes each time
  double period_minutes = 0;
  std::size_t steps = 0;      ///< seen, at least two
  double rate_per_min = 0;    ///< over whole periods
  double error = 0;           ///< of the rate, from the readings' noise
  double reach = 0;           ///< of the rate, from when readings were taken
  double by_chance = 1;       ///< probability that as many rises are this equal in time if they are no rate
};

/// The staircase that the readings are, if they are one: all large changes go up, by the same amount, one
/// period apart, and neither the first nor the last tread is longer than a period. Treads need three readings
/// or more on average. Linear.
std::optional<Staircase> find_staircase(const Series& series);

/// The verdict that a staircase gives.
void judge_staircase(const Staircase& staircase, const GrowthOptions& options, Growth& growth);

}  // namespace leakrig::stats
