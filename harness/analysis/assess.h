#pragma once

#include "harness/analysis/metrics.h"
#include "harness/core/metrics.h"

namespace leakrig {

/// assess_metric of a metric that need not be in the catalogue: its name, and what its values are numbers of.
MetricAnalysis assess_metric(const MetricInfo& info, const stats::Series& series, const AnalysisOptions& options);

}  // namespace leakrig
