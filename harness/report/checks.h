#pragma once

#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

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

/// One thing that a continuous-integration server counts: a variant's metric, expectation, control or
/// comparison with the recorded baseline.
struct Check {
  std::string variant;
  std::string what;  ///< "threads", "versus_reference", "baseline: threads", "run"
  CheckState state = CheckState::passed;
  std::string message;                ///< a line: what was expected, the rate and its interval
  std::vector<std::string> evidence;  ///< more lines: what is growing, both sides joined
  std::vector<SourcePlace> places;    ///< of what is growing, most first
  /// The metric of the same variant whose leak this one is a part of: its check tells of both. Else empty.
  std::string part_of = {};
  double wall_s = 0;  ///< wall time that it took: the variant's for "run", nothing besides for the others
};

/// Of every variant: how it ran, each metric, each other expectation; then the controls and the recorded
/// baseline. A metric fails by its expectation; without one it fails if it is judged, leaks, and the variant
/// is expected to be stable. All text is printable and without marks of Markdown.
std::vector<Check> checks_of(const Analysis& analysis);

}  // namespace leakrig
