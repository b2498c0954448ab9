#pragma once

#include <string>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/core/run_record.h"

namespace leakrig {

/// How fast a metric grows with what was done, not with time.
struct PerThousand {
  std::string metric;
  double rate = 0;  ///< units of the metric for a thousand of the counter
  double ci_low = 0;
  double ci_high = 0;
  double confidence = 0.8;
};

/// The growth of each judged metric of `watched` against `metric::kLoadCount` in the same readings. Metrics
/// with fewer than eight readings at different counts are left out.
std::vector<PerThousand> growth_per_thousand(const VariantRecord& record, const VariantAnalysis& watched);

}  // namespace leakrig
