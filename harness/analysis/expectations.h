#pragma once

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Fills in each variant's verdict, expectations and `passed`, and the analysis's `passed` and exit code.
/// A variant of which the scenario expects nothing must be `stable`.
void judge(Analysis& analysis);

}  // namespace leakrig
