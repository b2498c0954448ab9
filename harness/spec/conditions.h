#pragma once

#include <string>

#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// What two runs must have in common for their rates to be compared, as JSON: {"sampling": ..., "fleet": ...}
/// with every default, durations as they are always written. How often a row is shown is no part of it, nor a
/// drain of none.
std::string conditions_text(const Setup& setup);

/// The same of what a result recorded as its conditions, so that "60s" and "1m" are no difference. Throws
/// UsageError where they cannot be understood.
std::string canonical_conditions(const std::string& recorded);

}  // namespace leakrig
