#pragma once

#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Which processes a subject's tree had, and what each had of its counts, from the rows of `samples` from T+0 on.
/// Empty where the tree was not counted or never had more than one process.
SubjectTree tree_of_subject(const std::vector<Sample>& samples);

}  // namespace leakrig
