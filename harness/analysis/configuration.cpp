#include "harness/analysis/configuration.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace leakrig {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::vector<Change> changes_of(const json& scenario, const std::string& variant) {
  const json variants = scenario.value("variants", json::object());
  if (!variants.contains(variant)) return {};
  std::vector<Change> changes;
  const json leaves = variants.at(variant).flatten();
  for (const auto& [pointer, value] : leaves.items()) {
    if (pointer.empty()) continue;  // an empty patch
    const json::json_pointer place{pointer};
    const bool set = scenario.contains(place);
    changes.push_back({pointer, set ? text_of(scenario.at(place)) : "not set", text_of(value)});
  }
  return changes;
}

bool is_same_load(const std::vector<Change>& changes) {
  return std::none_of(changes.begin(), changes.end(), [](const Change& change) {
    return change.option.starts_with("/fleet") || change.option.starts_with("/sampling");
  });
}

}  // namespace leakrig
