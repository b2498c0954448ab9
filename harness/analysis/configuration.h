#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// A variant's patch, leaf by leaf, against the scenario itself.
std::vector<Change> changes_of(const nlohmann::json& scenario, const std::string& variant);

/// Whether every change is one of what the subject is told: fleet and sampling are the scenario's.
bool is_same_load(const std::vector<Change>& changes);

}  // namespace leakrig
