#pragma once

#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Whether every change is one of what the subject is told: fleet and sampling are the scenario's.
bool is_same_load(const std::vector<Change>& changes);

}  // namespace leakrig
