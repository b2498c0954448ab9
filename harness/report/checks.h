#pragma once

#include <string>
#include <vector>

#include "harness/analysis/check_results.h"

namespace leakrig {

/// A check in words: what JUnit and GitHub show of a CheckResult. All text is printable and without marks of Markdown.
struct Check {
  std::string variant;
  std::string what;  ///< "threads", "versus_reference", "baseline: threads", "run"
  CheckState state = CheckState::passed;
  std::string message;                ///< a line: what was expected, the rate and its interval
  std::vector<std::string> evidence;  ///< more lines: what is growing, both sides joined
  std::vector<SourcePlace> places;    ///< of what is growing, most first
  std::string part_of = {};           ///< as CheckResult's
  double wall_s = 0;
};

/// check_results(analysis), in words.
std::vector<Check> checks_of(const Analysis& analysis);

}  // namespace leakrig
