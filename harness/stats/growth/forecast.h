#pragma once

#include <optional>

namespace leakrig::stats {

/// What is known of a rate that could not be decided; per minute, in the series' units.
struct Undecided {
  double minutes = 0;  ///< length of the run so far
  double rate = 0;
  double tolerance = 0;
  double noise_error = 0;  ///< standard error of the rate from the readings' noise
  double leaked_unit = 1;
  double z = 1.645;  ///< standard errors that the verdict wants between rate and tolerance
};

/// The length of run at which the rate would likely be told from the tolerance if it stays what it seems: the
/// noise's variance falls with the cube of the length, that of Poisson steps with the length. None if it
/// would take more than a hundred times as long.
std::optional<double> minutes_to_decide(const Undecided& undecided);

}  // namespace leakrig::stats
