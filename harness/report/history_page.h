#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace leakrig {

/// A page with the rate over commits, from what `leakrig history --json` prints (schema leakrig/history/1, at
/// least one series): one file that asks for nothing else. The newest results, where there are very many.
/// Names are only text in it, whatever they are.
std::string history_page(const nlohmann::json& history);

}  // namespace leakrig
