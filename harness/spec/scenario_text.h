#pragma once

#include <string>

#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// The JSON document of a scenario that was made in the program and not read from a file, such as a watch's:
/// its name, title and setup with every default written out. A subject of no kind stays one.
std::string scenario_text(const ScenarioSpec& scenario);

}  // namespace leakrig
