#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// A way to call a trace. Naive ones know no third answer: what is not a leak they pass.
struct Detector {
  std::string name;
  std::function<Verdict(const Series&)> decide;
};

/// Ours, and what people use instead: last minus first above 10 %, least squares with p <
/// 0.05, Mann-Kendall with p < 0.05.
std::vector<Detector> all_detectors(const GrowthOptions& options);

/// Ours as with --stop-when-sure: the trace's first minute is a warm-up; then judged every 15 s from a minute
/// on, and a leak at the first look that finds one.
Detector early_looks(const GrowthOptions& options);

}  // namespace leakrig::stats
