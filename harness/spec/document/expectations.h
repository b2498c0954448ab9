#pragma once

#include <string>
#include <vector>

#include "harness/spec/document/located_document.h"
#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// Replaces the patterns (* and ?) among the keys of "expect" by the variants that they match. A key that is
/// a variant's name stands above a pattern. What is wrong comes back: a key that matches none, two patterns
/// that expect different things of one variant.
Problems expand_expectations(nlohmann::json& document, const std::vector<std::string>& variants);

/// What is expected of a variant, from an expanded document.
std::vector<Expectation> expectations_of(const nlohmann::json& document, const std::string& variant);

/// Metrics that are expected or judged and that no variant has, and a reference that is compared with itself.
Problems check_expectations(const ScenarioSpec& scenario);

}  // namespace leakrig
