#include "harness/cli/stop_rule.h"

#include "harness/analysis/analysis.h"
#include "harness/core/control.h"

namespace leakrig {

StopRule stop_when_sure(const Scenario& scenario) {
  return [&scenario](const Variant& variant, const std::vector<Sample>& so_far, Look look) {
    if (variant.name == control::kPlantedLeak) return false;
    VariantRecord record;
    record.name = variant.name;
    record.samples = so_far;
    record.look = look;
    const bool again = control::is_control(variant.name);
    try {
      return is_sure_of_leak(scenario.document, record, again ? scenario.baseline : variant.name);
    } catch (const std::exception&) {
      return false;  // what cannot be judged goes on to the end, where the report says why
    }
  };
}

}  // namespace leakrig
