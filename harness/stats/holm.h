#pragma once

#include <vector>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// p values adjusted for their number by Holm's step-down method (Scandinavian Journal of Statistics 6,
/// 1979): those below alpha are wrong, any of them, with probability alpha at most, however they depend on
/// each other.
std::vector<double> holm(const std::vector<double>& p_values);

/// Takes back each `leak` that does not survive the number of metrics looked at: it becomes `inconclusive`
/// with the reason. Growth of one metric alone is left as it is.
void correct_for_many(std::vector<Growth>& metrics);

}  // namespace leakrig::stats
