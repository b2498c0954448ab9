#pragma once

#include <optional>
#include <vector>

namespace leakrig::stats {

/// The bin of a cycle of `period` that each time falls in. As many bins as readings in a period, fewer where
/// a bin would hold less than three. Empty where the readings do not resolve the cycle or cover less than two
/// periods.
std::vector<int> phase_bins(const std::vector<double>& times, double period);

/// The values less the median of their phase (their trend is looked at, not removed).
std::vector<double> without_cycle(const std::vector<double>& times, const std::vector<double>& values,
                                  const std::vector<int>& phases);

/// The period of a cycle that the values show, if they clearly do: the period with the least scatter within
/// its phases (phase dispersion minimisation: Stellingwerf, Astrophysical Journal 224, 1978), kept only if
/// knowing the phase predicts the next reading much better than an AR(1) can. Needs three periods at least.
std::optional<double> find_period(const std::vector<double>& times, const std::vector<double>& values);

}  // namespace leakrig::stats
