#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// A value of a sweep, and what came of it.
struct SweepPoint {
  std::string text;             ///< the value as JSON: "8"
  std::optional<double> value;  ///< where it is a number
  MetricVerdict verdict = MetricVerdict::inconclusive;
  const MetricAnalysis* metric = nullptr;  ///< of the analysis; null if nothing was sampled
};

/// How growth depends on one value of the scenario (`leakrig run --sweep`).
struct Sweep {
  std::string pointer;  ///< "/fleet/containers"
  std::string name;     ///< its last part
  std::string metric;   ///< what the run leads with
  std::vector<SweepPoint> points;  ///< in the order of the values, where all are numbers
  std::optional<double> none_up_to;  ///< the greatest value below which, and at which, nothing leaks
  std::optional<double> grows_from;  ///< the least from which on everything leaks
  /// Of the rate a minute, by value, from `grows_from` on: the rate itself a unit where it is proportional (within
  /// 10 %), else that of each unit more (least squares); nothing where a line does not describe it.
  std::optional<double> per_unit;
  bool is_proportional = false;
  bool idle_connections = false;  ///< what leaks comes with connections that stay idle
};

/// Nothing for a run without a sweep. Refers to `analysis`.
std::optional<Sweep> read_sweep(const Analysis& analysis);

}  // namespace leakrig
