#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/spec/document/schema_check.h"
#include "harness/spec/scenario_spec.h"

namespace leakrig {

// What a schema cannot say, such as options that contradict each other. The documents follow the schema.

/// Of a scenario or a variant's document.
Problems check_rules(const nlohmann::json& document);

/// Of a list of faults; `pointer` is the list's place.
Problems check_faults(const nlohmann::json& list, const std::string& pointer);

/// Of "subject"; `setup` is the same document's.
Problems check_subject(const nlohmann::json& subject, const Setup& setup);

/// The schema, and where that has nothing to say the rules.
Problems check_document(const nlohmann::json& document);

/// The metrics that a setup's verdict can speak of, best known first.
std::vector<std::string> metrics_of(const Setup& setup);

}  // namespace leakrig
