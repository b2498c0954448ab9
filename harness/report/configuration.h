#pragma once

#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// One thing that a variant changes.
struct Change {
  std::string option;  ///< JSON pointer into the scenario
  std::string before;  ///< as JSON, or "not set"
  std::string after;
};

/// A variant's patch, leaf by leaf, against the scenario itself.
std::vector<Change> changes_of(const Analysis& analysis, const std::string& variant);

/// "`disable_keep_alives` false -> true (docker, loki)": the changes in one phrase, by option name.
std::string changes_phrase(const std::vector<Change>& changes);

}  // namespace leakrig
