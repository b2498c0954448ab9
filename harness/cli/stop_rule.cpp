#include "harness/cli/stop_rule.h"

#include <algorithm>

#include "harness/analysis/analysis.h"
#include "harness/analysis/analyze.h"
#include "harness/core/control.h"
#include "harness/core/run_record.h"

namespace leakrig {
namespace {

bool is_compared(const Variant& variant) {
  return std::any_of(variant.expect.begin(), variant.expect.end(), [](const Expectation& expected) {
    return expected.kind == Expectation::Kind::versus_reference;
  });
}

/// Two that are compared are sampled alike.
bool must_compare(const ScenarioSpec& scenario, const Variant& variant) {
  if (variant.name != scenario.reference) return is_compared(variant);
  return !scenario.controls.empty() ||
         std::any_of(scenario.variants.begin(), scenario.variants.end(), is_compared);
}

}  // namespace

StopRule stop_when_sure(const ScenarioSpec& scenario) {
  return [&scenario](const Variant& variant, const std::vector<Sample>& so_far,
                     Look look) -> std::optional<bool> {
    if (control::is_control(variant.name) || must_compare(scenario, variant)) return std::nullopt;
    VariantRecord record;
    record.name = variant.name;
    record.samples = so_far;
    record.look = look;
    try {
      return is_sure_of_leak(scenario, record, variant.name);
    } catch (const std::exception&) {
      return false;  // what cannot be judged goes on to the end, where the report says why
    }
  };
}

}  // namespace leakrig
