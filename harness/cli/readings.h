#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/stats/verdict.h"

namespace leakrig {

/// One metric's readings out of a stream of any length, in bounded memory: when the buffer is full,
/// neighbours are joined into their means, so that each point stands for twice as many readings.
class ThinnedSeries {
 public:
  static constexpr std::size_t kMostPoints = 1 << 15;

  /// `minute` must not lie before the last one; equal times are joined.
  void add(double minute, double value, double containers);
  std::size_t readings() const { return readings_; }
  /// Containers are left out unless each reading had them (NaN stands for none).
  stats::Series take() const;

 private:
  struct Point {
    double minutes = 0, values = 0, containers = 0, weight = 0;  ///< sums, and how many
    double last_minute = 0;
  };
  void halve();

  std::vector<Point> points_;
  std::size_t per_point_ = 1;
  std::size_t readings_ = 0;
};

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

/// Seconds since the Unix epoch of "2025-11-06T10:00:00.25Z" or with +01:00, or a space for the T; without a
/// zone it is UTC.
std::optional<double> parse_iso8601(const std::string& text);

}  // namespace leakrig
