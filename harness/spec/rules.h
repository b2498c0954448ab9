#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "harness/spec/scenario.h"
#include "harness/spec/schema.h"

namespace leakrig {

/// A scenario's "sampling" with its defaults. The document follows the schema.
SamplingConfig sampling_of(const nlohmann::json& document);

/// The first problem of a scenario, or of a variant's document: of the schema, then of the rules that a
/// schema cannot say, such as options that contradict each other.
std::optional<SchemaProblem> find_problem(const nlohmann::json& document);

}  // namespace leakrig
