#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/core/metrics.h"

namespace leakrig {

/// Where a rate changed, over commits.
struct RateChange {
  std::string commit;  ///< short, "+" behind it where the tree had changes; "-" without version control
  std::string branch;
  std::string date;  ///< "2025-11-06"
  double before = 0;
  double after = 0;
  double p = 1;
};

/// What the results of one metric of one variant come to.
struct RateHistory {
  std::string variant;
  std::string metric;
  Quantity quantity = Quantity::count;
  std::size_t results = 0;
  MetricVerdict newest = MetricVerdict::inconclusive;  ///< the newest result's
  double rate_per_min = 0;                             ///< the newest result's
  std::vector<RateChange> changes;                     ///< oldest first
};

/// The one that everything said of a scenario's history leads with: the newest result that is worst, of equals
/// the one whose rate changed, then the first of the metrics' catalogue. Null for none.
const RateHistory* leading_history(const std::vector<RateHistory>& histories);

}  // namespace leakrig
