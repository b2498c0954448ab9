#pragma once

namespace leakrig {

/// The text of scenarios/scenario.schema.json, compiled in.
const char* scenario_schema_text();

}  // namespace leakrig
