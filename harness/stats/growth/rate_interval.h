#pragma once

#include "harness/stats/growth/growth_model.h"

namespace leakrig::stats {

/// Everything in the model's units.
struct RateQuestion {
  double tolerance = 0;
  double leaked_unit = 0;  ///< what one leaked thing adds to the values
  double lower_error = 0.05;
  double upper_error = 0.05;
  bool whole_run = true;  ///< not an early look at one
  bool by_clock = false;  ///< GrowthOptions::leaks_by_clock
};

struct RateInterval {
  double rate = 0;
  double low = 0;
  double high = 0;
  double shown_low = 0;  ///< ends of an interval of kShownLevel with equal errors
  double shown_high = 0;
  double standard_error = 0;
  double within_tolerance = 0;  ///< probability of a rate below the tolerance, if as much leaks
  double noise_error = 0;       ///< standard error if nothing leaks
  double no_growth = 0;         ///< probability that nothing leaks and the rate is 0 or less
  double no_drift = 0;   ///< the same under a random walk of any size, as likely as the readings make it;
                         ///< only where `low` is above the tolerance
  double hidden_leak = 0;  ///< probability of kLargeLeak tolerances or more under such a walk; only where `high`
                           ///< is below the tolerance
  double settling = 0;   ///< probability that the growth ends by itself and the run was too short to show it
  double large_leak = 0;  ///< probability of a rate of kLargeLeak tolerances or more, if that much leaks
};

/// Level of the interval that people see: the one they know.
inline constexpr double kShownLevel = 0.95;
/// A leak of this many tolerances must not be called stable.
inline constexpr double kLargeLeak = 3;
/// A `stable` must exclude a leak of kLargeLeak tolerances beyond this doubt, whatever the confidence.
inline constexpr double kDoubtOfStability = 0.005;

/// The interval of rates that the readings do not contradict. A leak of rate r in steps of `leaked_unit` is a
/// Poisson process, so it adds a random walk of variance r * leaked_unit; each candidate rate is judged with
/// its own walk (a score interval, as Wilson's), so that `low > tolerance` is exactly the test of the
/// tolerance. Steps more regular or more clustered than Poisson are admitted by a prior on the walk, which
/// the readings may overrule.
RateInterval rate_interval(GrowthModel& model, const RateQuestion& question);

}  // namespace leakrig::stats
