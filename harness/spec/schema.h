#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace leakrig {

/// The text of scenarios/scenario.schema.json, compiled in.
const char* scenario_schema_text();

/// One thing wrong in a document.
struct SchemaProblem {
  std::string pointer;  ///< RFC 6901; "" is the whole document
  std::string message;  ///< what is wrong and what is allowed
};

/// The first problem of a scenario document against the schema, or nothing. An unknown key names the nearest
/// known one; a wrong value says what is allowed there and what stands there instead.
std::optional<SchemaProblem> find_schema_problem(const nlohmann::json& document);

/// The candidate with the smallest edit distance to `word`, if it is near enough to be a slip of the pen.
std::optional<std::string> nearest_word(const std::string& word, const nlohmann::json& candidates);

}  // namespace leakrig
