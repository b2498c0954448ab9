#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/analysis/side_by_side.h"

namespace leakrig {

/// Results side by side, the reference first, as Markdown.
std::string render_side_by_side_markdown(const SideBySide& table);
/// The same for a terminal.
std::string render_side_by_side_console(const SideBySide& table, bool color);
/// The same as JSON, schema "leakrig/comparison/1".
nlohmann::json side_by_side_json(const SideBySide& table);

}  // namespace leakrig
