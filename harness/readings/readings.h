#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/readings/thinned_series.h"

namespace leakrig {

/// What a file of samples held.
struct Readings {
  std::map<std::string, ThinnedSeries> metrics;
  std::optional<double> cycle_minutes;
  std::uint64_t rows = 0;
  std::uint64_t gaps = 0;  ///< cells that were empty or NaN
};

struct ReadingsOptions {
  /// Only these metrics; empty: every numeric column.
  std::vector<std::string> metrics;
  /// Of a run's samples.jsonl: only this variant.
  std::optional<std::string> variant;
};

/// CSV with a header, or JSON Lines (told by the first character). Time is `t_s` in seconds or `time` in ISO
/// 8601; `containers` is the load, `cycle_s` a known period; every other numeric column is a metric, but for
/// those that begin with rig_ and due_s. An empty cell or NaN is a gap. Throws UsageError naming source and
/// line: no time column, a cell that is no number, an infinite one, a row of another width, time that goes
/// back, a metric that is not there, two variants.
Readings read_readings(std::istream& in, const std::string& source, const ReadingsOptions& options);

}  // namespace leakrig
