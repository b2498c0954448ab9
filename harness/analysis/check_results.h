#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/analysis/findings.h"

namespace leakrig {

enum class CheckState {
  passed,
  failed,
  undecided,  ///< inconclusive: neither passed nor failed
  broken,     ///< the subject or the rig failed, so there was nothing to judge
};

/// What is growing, as a place in somebody's source; `file` is as compiled in.
struct SourcePlace {
  std::string function;
  std::string file;
  std::int64_t line = 0;
};

/// What a check is about, with what it rests on.
namespace checked {

/// How a variant ran.
struct Run {
  Outcome outcome = Outcome::completed;
  std::string detail;
  MetricVerdict verdict = MetricVerdict::inconclusive;
  std::optional<Delivery> delivery;
};

/// The growth of one metric.
struct Metric {
  finding::Growing growing;
  std::string expected;                 ///< the verdict that was asked for; empty: none, or it is as it should be
  std::optional<finding::Leak> leak;    ///< that it leads, or is a part of
  std::vector<std::string> reasons;     ///< the engine's, most important first
  std::optional<double> minutes_to_decide;  ///< only where it is undecided
};

/// An expectation that is of no metric.
struct Stated {
  ExpectationResult result;
  std::optional<stats::RateDifference> difference;  ///< of one against the reference
  std::optional<Delivery> delivery;                 ///< of one on lost lines
};

/// A comparison with the committed baseline.
struct Baseline {
  RecordedDifference difference;
  std::optional<Metric> metric;  ///< how that grows now, where it came out worse or undecided
};

/// A run of which it is known what must come out.
struct Control {
  std::string expected;
  std::string actual;
};

/// A stimulus of an audit.
struct Stimulus {
  AuditRow row;
};

}  // namespace checked

/// One thing that a continuous-integration server counts, as data: report/checks.h words it.
struct CheckResult {
  std::string variant;  ///< of a stimulus its family
  std::string what;     ///< "threads", "versus_reference", "run"; of a control its metric
  CheckState state = CheckState::passed;
  std::variant<checked::Run, checked::Metric, checked::Stated, checked::Baseline, checked::Control, checked::Stimulus>
      about = {};
  std::vector<SourcePlace> places = {};  ///< of what is growing, most first
  /// The metric of the same variant whose leak this one is a part of: its check tells of both. Else empty.
  std::string part_of = {};
  double wall_s = 0;  ///< wall time that it took: the variant's for a run, nothing besides for what is read from it
};

/// Of every variant: how it ran, each metric, each other expectation; then the recorded baseline and the controls. A
/// metric fails by its expectation; without one it fails if it is judged, leaks, and the variant is expected to be
/// stable. Of an audit, a check a stimulus.
std::vector<CheckResult> check_results(const Analysis& analysis);

}  // namespace leakrig
