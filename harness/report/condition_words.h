#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Under which conditions was measured, and what decided: a name and its text each, plain and printable.
std::vector<std::pair<std::string, std::string>> condition_texts(const Analysis& analysis);

}  // namespace leakrig
