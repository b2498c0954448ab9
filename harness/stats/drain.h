#pragma once

#include <string_view>
#include <vector>

namespace leakrig::stats {

/// What became of growth once the load had stopped.
enum class Drain {
  drained,   ///< back at the level before, within the tolerance: a backlog, not a leak
  retained,  ///< above it by more than the tolerance: a leak
  inconclusive,
};
std::string_view to_string(Drain drain);

struct DrainResult {
  Drain verdict = Drain::inconclusive;
  double remaining = 0;  ///< level after less level before
  double ci_low = 0;
  double ci_high = 0;
};

/// Compares the readings of a quiet period before the load with those of one after it by Welch's interval,
/// with the number of readings reduced for their autocorrelation (Bayley and Hammersley, JRSS Supplement 8,
/// 1946). At least three readings each, else `inconclusive`. `tolerance` in units of the metric, at least 0.
DrainResult drain_test(const std::vector<double>& before, const std::vector<double>& after, double tolerance,
                       double confidence);

}  // namespace leakrig::stats
