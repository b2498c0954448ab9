#pragma once

#include <optional>
#include <vector>

namespace leakrig::stats {

/// Growth that stopped: a steady rise, then a level.
struct Plateau {
  double from_minutes = 0;  ///< where the rise ends
  double level = 0;         ///< median of the values from there on
  double rate_before_per_min = 0;
};

/// The plateau of a series, if it has one: the least-squares fit of a + b min(t, tau) over all tau (a
/// continuous two-phase regression with a level second phase; Hinkley, Biometrika 56, 1969), kept only if the
/// rise is above the tolerance and well above the scatter, the level lasts for at least a tenth of the series
/// and eight readings and does not itself rise or fall by the tolerance, and the two phases explain the
/// series much better than a straight line does (by ten units of BIC). Times in minutes, ascending, as many
/// as values. Linear in the number of readings.
std::optional<Plateau> find_plateau(const std::vector<double>& minutes, const std::vector<double>& values,
                                    double tolerance_per_min);

}  // namespace leakrig::stats
