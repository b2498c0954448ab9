#pragma once

#include <string>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// The run in a phrase: "every expectation held", "an expectation failed", "a control failed: ...".
std::string status_text(const Analysis& analysis);

/// The sign before it.
const char* status_icon(ExitCode code);

}  // namespace leakrig
