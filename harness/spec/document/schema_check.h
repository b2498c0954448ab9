#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "harness/spec/problem.h"

namespace leakrig {

using Problems = std::vector<ScenarioProblem>;

/// The schema, parsed.
const nlohmann::json& schema_document();

/// Everything in a scenario document that the schema does not allow. An unknown key names the nearest known
/// one; a wrong value says what is allowed there and what stands there instead.
Problems check_schema(const nlohmann::json& document);

/// The same of a part by itself: `pointer` is its place in a scenario, and problems' pointers are below it.
Problems check_schema_part(const nlohmann::json& part, const char* pointer);

}  // namespace leakrig
