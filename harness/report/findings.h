#pragma once

#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// What the numbers carry, as sentences in Markdown's inline syntax. Each follows from a measured finding;
/// where there is none, there is no sentence.
struct Findings {
  std::vector<std::string> summary;    ///< a variant's verdict each, then the comparisons
  std::vector<std::string> confirmed;  ///< what the evidence shows
  std::vector<std::string> ruled_out;  ///< what it excludes
  std::vector<std::string> open;       ///< what it does not decide
  std::vector<std::string> recommendations;
};

Findings findings_of(const Analysis& analysis);

/// "of 161 new threads, 160 (...) grow in step with ...": the subject's side joined with the daemon's.
std::string two_sided_sentence(const VariantAnalysis& variant, const TwoSided& side);

}  // namespace leakrig
