#include "harness/spec/scenario_text.h"

#include <nlohmann/json.hpp>

#include "harness/spec/document/parts.h"

namespace leakrig {

std::string scenario_text(const ScenarioSpec& scenario) {
  nlohmann::json document = json_of(static_cast<const Setup&>(scenario));
  document["name"] = scenario.name;
  document["title"] = scenario.title;
  return document.dump();
}

}  // namespace leakrig
