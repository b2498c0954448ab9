#pragma once

#include <string>
#include <vector>

#include "harness/spec/fault_config.h"

namespace leakrig {

/// A JSON list of faults, as a scenario's "fleet.faults" is one. Throws ScenarioError naming each place,
/// JsonError where it is not JSON.
std::vector<FaultConfig> parse_faults(const std::string& text);

/// The same as JSON: each fault with the keys of its kind.
std::string faults_text(const std::vector<FaultConfig>& faults);

}  // namespace leakrig
