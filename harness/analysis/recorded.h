#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace leakrig {

struct Analysis;
struct CostMargins;

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

/// Throws UsageError that says what differs if `recorded`, a result.json or what baseline_of made of one, was
/// measured under other conditions than `scenario` (a resolved one) asks for: another scenario, time scale,
/// sampling, fleet or tolerance, or a variant that the scenario no longer has. What the subject is may
/// differ: that is what is compared. `source` stands for the file in messages.
void require_comparable(const nlohmann::json& recorded, const nlohmann::json& scenario,
                        const std::string& source);

/// Of each variant that both have: every judged metric's rate and verdict, groups that grow and did not, lost
/// lines and costs.
RecordedComparison compare_with_recorded(const Analysis& analysis, const nlohmann::json& recorded,
                                         const std::string& source, const CostMargins& margins);

/// Puts the comparison into the analysis: "recorded_baseline" becomes an expectation of each compared
/// variant, in the place of the one that everybody has without any (to be stable): a leak that is on record
/// is known. Exit code and `passed` follow.
void hold_against(Analysis& analysis, RecordedComparison comparison);

/// What is kept of a result.json as a baseline: everything that is compared and the conditions, in the form
/// of a result.json, rounded so that a committed file changes little. Throws Error if the run was not
/// completed, its controls failed or (unless `even_if_inconclusive`) a judged metric was not decided.
nlohmann::json baseline_of(const nlohmann::json& result, bool even_if_inconclusive);

/// The part of result.json that require_comparable compares.
nlohmann::json conditions_of(const nlohmann::json& scenario);

/// A group's name without what changes from run to run or from edit to edit: temporary directories,
/// addresses, line numbers.
std::string lasting_name(const std::string& name);

}  // namespace leakrig
