#pragma once

#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Each variant's wire against the reference's, with whether its switch is inert. Wants the comparisons of
/// growth.
std::vector<WireComparison> compare_wires(const Analysis& analysis);

}  // namespace leakrig
