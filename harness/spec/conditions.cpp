#include "harness/spec/conditions.h"

#include <nlohmann/json.hpp>

#include "harness/core/bounded_json.h"
#include "harness/spec/document/parts.h"

namespace leakrig {

using nlohmann::json;

std::string conditions_text(const Setup& setup) {
  const json all = json_of(setup);
  json conditions{{"sampling", all.at("sampling")}, {"fleet", all.at("fleet")}};
  conditions["sampling"].erase("every");
  if (setup.sampling.drain == Nanos{0}) conditions["sampling"].erase("drain");
  return conditions.dump();
}

std::string canonical_conditions(const std::string& recorded) {
  return conditions_text(setup_of(parse_json(recorded)));
}

}  // namespace leakrig
