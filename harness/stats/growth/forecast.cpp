#include "harness/stats/growth/forecast.h"

#include <algorithm>
#include <cmath>

namespace leakrig::stats {

std::optional<double> minutes_to_decide(const Undecided& u) {
  // A rate that seems to be the tolerance is rarely exactly that.
  const double distance =
      std::max(std::abs(u.rate - u.tolerance), 0.25 * std::max(u.tolerance, u.noise_error));
  // The estimate itself will move by a standard error: ask for one more than the verdict does.
  const double wanted = distance / (u.z + 0.85);
  for (double longer = 1.2; longer <= 100; longer *= 1.05) {
    const double minutes = u.minutes * longer;
    const double variance =
        u.noise_error * u.noise_error / (longer * longer * longer) + u.tolerance * u.leaked_unit / minutes;
    if (std::sqrt(variance) <= wanted) {
      return minutes;
    }
  }
  return std::nullopt;
}

}  // namespace leakrig::stats
