#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// "wire", "connections" and "connection_evidence" of a variant's object in result.json.
void add_connections(const VariantAnalysis& variant, nlohmann::json& object);
/// "wires" of result.json: what each variant changed of what the servers see.
nlohmann::json wires_json(const Analysis& analysis);

}  // namespace leakrig
