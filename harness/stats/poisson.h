#pragma once

#include <cstddef>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

struct PoissonRate {
  double rate = 0;
  double low = 0;
  double high = 0;
};

/// Events per unit of exposure with the exact interval (Garwood, Biometrika 28, 1936). `exposure` above 0,
/// confidence in (0, 1), else std::invalid_argument.
PoissonRate poisson_rate(std::size_t events, double exposure, double confidence);

struct OrphanTest {
  double accepted_rate = 0;  ///< orphans per cycle that do not matter; above 0
  double leaking_rate = 0;   ///< that must be found; above accepted_rate
  double false_leak = 0.001;
  double false_stable = 0.001;
};

/// Wald's sequential probability ratio test (Annals of Mathematical Statistics 16, 1945) of orphans counted
/// in so many cycles: may be asked after each cycle, and stopped at the first answer that is not
/// `inconclusive`, with the two errors kept.
Verdict orphan_verdict(std::size_t orphans, double cycles, const OrphanTest& test);

}  // namespace leakrig::stats
