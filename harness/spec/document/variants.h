#pragma once

#include <optional>
#include <string>

#include "harness/spec/document/located_document.h"
#include "harness/spec/document/matrix.h"
#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// The document without what the schema refuses, so that the rest can be looked at; nothing where too little
/// is left, such as no subject.
std::optional<nlohmann::json> without_refused(const nlohmann::json& document, const Problems& refused);

/// The schema and the rules. Rules that what the schema refuses makes meaningless are not applied.
Problems check_all(const nlohmann::json& document);

/// What is wrong in the variants' patches and not in the scenario itself, whose problems `document` has
/// already. A problem's place is where the patch that makes it is written.
void check_variants(LocatedDocument& document, const VariantNames& variants);

/// A scenario and its variants as types. `document` is valid; without variants there is one, "default".
ScenarioSpec typed_scenario(const nlohmann::json& document, const std::vector<std::string>& variants);

}  // namespace leakrig
