#pragma once

#include <string>
#include <vector>

namespace leakrig {

struct Analysis;

/// One thing that a run and a recorded result are compared by.
struct RecordedDifference {
  enum class Verdict { same, better, worse, undecided };
  std::string variant;
  std::string what;    ///< "threads", "group goroutine main.read", "lines lost", "connections/min"
  std::string before;  ///< as recorded, for people
  std::string now;
  std::string margin;  ///< what still counts as no worse: "+3.2/min"
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

/// Puts the comparison into the analysis: "recorded_baseline" becomes an expectation of each compared
/// variant, in the place of the one that everybody has without any (to be stable): a leak that is on record
/// is known. Exit code and `passed` follow.
void hold_against(Analysis& analysis, RecordedComparison comparison);

/// A group's name without what changes from run to run or from edit to edit: temporary directories,
/// addresses, line numbers.
std::string lasting_name(const std::string& name);

}  // namespace leakrig
