#pragma once

#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// What a patch changes of the subject.
struct Patched {
  bool subject = false;
  bool transport = false;    ///< an option of an HTTP client's transport
  bool keep_alives = false;  ///< among them one that each request must show
};

/// Adds what changing this option, a JSON pointer into the scenario, comes to. Options of HTTP clients are known by the
/// names that Go's transport gives them, wherever they stand.
void look_at(const std::string& option, Patched& patched);

/// Each variant's wire against the reference's, with whether its switch is inert. Wants the comparisons of
/// growth.
std::vector<WireComparison> compare_wires(const Analysis& analysis);

}  // namespace leakrig
