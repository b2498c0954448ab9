#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/spec/schema.h"

namespace leakrig {

/// Adds the combinations of "matrix" to "variants" and marks it as expanded: the first axis varies slowest,
/// patches of later axes win. Nothing for a document without a matrix, or one that is expanded already. What
/// is wrong comes back: an unknown axis or value in "exclude" or "include", a name that is taken or too long,
/// everything excluded, more than kMostVariants. `document` follows the schema.
std::optional<SchemaProblem> expand_matrix(nlohmann::ordered_json& document);

/// Replaces the patterns (* and ?) among the keys of "expect" by the variants that they match. A key that is
/// a variant's name stands above a pattern. What is wrong comes back: a pattern that matches none, two that
/// expect different things of one variant.
std::optional<SchemaProblem> expand_expectations(nlohmann::json& document,
                                                 const std::vector<std::string>& variants);

inline constexpr std::size_t kMostVariants = 1000;

}  // namespace leakrig
