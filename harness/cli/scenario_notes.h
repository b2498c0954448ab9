#pragma once

#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// Tells on standard error what the user should know of a scenario file, such as a key by an old name.
void print_notes(const ScenarioSpec& scenario);

}  // namespace leakrig
