#pragma once

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Fills in each variant's verdict, expectations and `passed`, and the analysis's `passed` and exit code.
/// A variant of which the scenario expects nothing must be `stable`.
void judge(Analysis& analysis);

/// `--strict`: evidence becomes an expectation of each variant. What is_missing_evidence() finds fails it, by
/// the name of what is missing; exit code and `passed` follow.
void require_evidence(Analysis& analysis);

/// The variants' `passed` and the analysis's `passed` and exit code, from the expectations as they stand.
void conclude(Analysis& analysis);

}  // namespace leakrig
