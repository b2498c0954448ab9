#include "harness/spec/faults_text.h"

#include <nlohmann/json.hpp>

#include "harness/core/bounded_json.h"
#include "harness/spec/document/parts.h"
#include "harness/spec/document/rules.h"
#include "harness/spec/document/schema_check.h"

namespace leakrig {

using nlohmann::json;

std::vector<FaultConfig> parse_faults(const std::string& text) {
  const json list = parse_json(text);
  Problems problems = check_schema_part(list, "/fleet/faults");
  if (problems.empty()) problems = check_faults(list, "");
  if (!problems.empty()) throw ScenarioError("faults", std::move(problems));
  std::vector<FaultConfig> faults;
  for (const auto& fault : list) faults.push_back(fault_of(fault));
  return faults;
}

std::string faults_text(const std::vector<FaultConfig>& faults) {
  json list = json::array();
  for (const auto& fault : faults) list.push_back(json_of(fault));
  return list.dump();
}

}  // namespace leakrig
