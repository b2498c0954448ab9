#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// Evidence that a verdict lacks: `--strict` makes it an expectation that fails.
struct MissingEvidence {
  enum class Kind {
    not_judged,          ///< `metric` grew and counts towards no verdict
    not_read,            ///< `metric` was asked for and not read, or not any more
    children_uncounted,  ///< child processes were not counted
    subject_idle,        ///< the subject did nothing
    docker_unasked,      ///< the subject was told where Docker is and never asked it for anything
  };
  Kind kind = Kind::not_judged;
  std::string metric = {};
};

/// What did not come out as anything.
struct NotMeasured {};

/// What a variant was expected to be and what came of it, as data: report/expectation_words.h words it.
struct ExpectationResult {
  std::string what;  ///< a metric's name, a cost's key, "verdict", "versus_reference", "evidence" or "recorded_baseline"
  /// A code: a verdict, a standing, "none", "complete"; or the bounds of a number.
  std::variant<std::string, Bounds> expected;
  /// What `expected` was held against.
  std::variant<NotMeasured, std::string, double, std::vector<MissingEvidence>> actual;
  bool held = false;

  /// Neither held nor failed: the readings do not decide.
  bool is_undecided() const;
};

}  // namespace leakrig
