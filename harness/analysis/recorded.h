#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/core/metrics.h"

namespace leakrig {

struct Analysis;
enum class MetricVerdict;

/// One side of a difference from a recorded result.
struct RecordedValue {
  double value = 0;  ///< a rate a minute; lines lost; a cost in its unit
  std::optional<MetricVerdict> verdict = {};  ///< of a metric
  double written = 0;                         ///< lines, where `value` is the lost ones
  bool known = true;                          ///< false: a group that did not grow
};

/// One thing that a run and a recorded result are compared by.
struct RecordedDifference {
  enum class Verdict { same, better, worse, undecided };
  enum class Of { metric, group, lines_lost, cost };
  std::string variant;
  Of of = Of::metric;
  std::string what;  ///< a metric's name, a group's kind and name, a key of cost_catalogue(); else empty
  std::string metric = {};  ///< what a group is of, or the metric itself; else empty
  Quantity quantity = Quantity::count;
  RecordedValue before = {};
  RecordedValue now = {};
  double margin = 0;  ///< what still counts as no worse, in the value's unit; of lines lost as a share of the share
  Verdict verdict = Verdict::same;
};
const char* to_string(RecordedDifference::Verdict verdict);

/// A run against the result that is committed as its baseline.
struct RecordedComparison {
  std::string source;  ///< its file
  std::string date;    ///< when that was measured
  std::vector<RecordedDifference> differences;

  /// The worst of one variant's, or of all.
  RecordedDifference::Verdict verdict(const std::string& variant) const;
};

/// A judged metric of a result that was accepted as a baseline.
struct AcceptedMetric {
  std::string variant;
  std::string metric;
  Quantity quantity = Quantity::count;
  std::optional<RecordedValue> before;  ///< nothing: it was not on record
  RecordedValue now;
};

/// A result that was accepted as a baseline.
struct Acceptance {
  std::string file;
  bool is_update = false;  ///< the file was there
  std::size_t variants = 0;
  std::vector<AcceptedMetric> metrics = {};
};

/// Puts the comparison into the analysis: "recorded_baseline" becomes an expectation of each compared
/// variant, in the place of the one that everybody has without any (to be stable): a leak that is on record
/// is known. Exit code and `passed` follow.
void hold_against(Analysis& analysis, RecordedComparison comparison);

/// A group's name without what changes from run to run or from edit to edit: temporary directories,
/// addresses, line numbers.
std::string lasting_name(const std::string& name);

}  // namespace leakrig
