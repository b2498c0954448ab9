#include <algorithm>

#include "harness/analysis/findings.h"

namespace leakrig {
namespace {

/// A missed reading is a gap, which the engine bears. From this share of them on it is told, and from the next the
/// readings that are left are a choice of the quiet moments.
constexpr double kToldShareMissed = 0.25;
constexpr double kBearableShareMissed = 0.9;

}  // namespace

void find_rig_faults(const VariantAnalysis& variant, std::vector<Finding>& findings) {
  const SamplingQuality& quality = variant.sampling;
  using Kind = finding::RigFault::Kind;
  if (quality.refused > 0)
    findings.emplace_back(finding::RigFault{variant.name, Kind::refused, quality.refused, 0, true});
  const auto missed = static_cast<double>(quality.missed);
  const auto slots = static_cast<double>(quality.slots);
  if (slots > 0 && missed >= kToldShareMissed * slots)
    findings.emplace_back(
        finding::RigFault{variant.name, Kind::missed, missed, slots, missed >= kBearableShareMissed * slots});
}

bool rig_spoiled(const VariantAnalysis& variant) {
  std::vector<Finding> findings;
  find_rig_faults(variant, findings);
  return std::any_of(findings.begin(), findings.end(), [](const Finding& each) {
    return std::get<finding::RigFault>(each).touches_result;
  });
}

}  // namespace leakrig
