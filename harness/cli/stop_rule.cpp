#include "harness/cli/stop_rule.h"

#include <algorithm>

#include "harness/analysis/analysis.h"
#include "harness/core/control.h"

namespace leakrig {
namespace {

bool must_compare(const Scenario& scenario, const std::string& variant) {
  const nlohmann::json expect = scenario.document.value("expect", nlohmann::json::object());
  if (variant != scenario.baseline)
    return expect.value(variant, nlohmann::json::object()).contains("versus_baseline");
  return !scenario.controls.empty() || std::any_of(expect.begin(), expect.end(), [](const auto& of_variant) {
    return of_variant.contains("versus_baseline");
  });
}

}  // namespace

StopRule stop_when_sure(const Scenario& scenario) {
  return [&scenario](const Variant& variant, const std::vector<Sample>& so_far,
                     Look look) -> std::optional<bool> {
    if (control::is_control(variant.name) || must_compare(scenario, variant.name)) return std::nullopt;
    VariantRecord record;
    record.name = variant.name;
    record.samples = so_far;
    record.look = look;
    try {
      return is_sure_of_leak(scenario.document, record, variant.name);
    } catch (const std::exception&) {
      return false;  // what cannot be judged goes on to the end, where the report says why
    }
  };
}

}  // namespace leakrig
