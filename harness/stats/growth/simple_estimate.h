#pragma once

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// A rate that needs no model: an estimate with Student's error, and how far it may be off besides because
/// readings are taken at times and counts are whole.
struct SimpleEstimate {
  double rate_per_min = 0;
  double error = 0;    ///< standard error, >= 0
  double freedom = 1;  ///< of the error
  double reach = 0;    ///< half the width of what counting and sampling leave open, >= 0
};

/// Rate, both intervals, standard error and both chances of `growth`, from the estimate.
void set_rate(const SimpleEstimate& estimate, const GrowthOptions& options, Growth& growth);

/// Whether the estimate excludes a leak of three tolerances as clearly as a `stable` must.
bool excludes_large_leak(const SimpleEstimate& estimate, const GrowthOptions& options);

}  // namespace leakrig::stats
