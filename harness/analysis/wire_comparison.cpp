#include "harness/analysis/wire_comparison.h"

#include <algorithm>

namespace leakrig {
namespace {

Patched patched_by(const Analysis& analysis, const std::string& variant) {
  Patched patched;
  for (const auto* name : {&analysis.reference, &variant}) {
    const auto* stated = analysis.scenario.variant(*name);
    if (stated == nullptr) continue;
    for (const auto& change : stated->changes) look_at(change.option, patched);
  }
  return patched;
}

/// No judged metric grows otherwise than in the reference.
bool grows_the_same(const Analysis& analysis, const std::string& variant) {
  return std::none_of(analysis.comparisons.begin(), analysis.comparisons.end(), [&](const auto& comparison) {
    return comparison.variant == variant && (comparison.difference.verdict == stats::Comparison::improved ||
                                             comparison.difference.verdict == stats::Comparison::worse);
  });
}

}  // namespace

void look_at(const std::string& option, Patched& patched) {
  const std::string path = option + "/";
  if (!path.starts_with("/subject/")) return;
  patched.subject = true;
  patched.keep_alives = patched.keep_alives || path.find("/disable_keep_alives") != std::string::npos;
  patched.transport = patched.transport || path.find("transport/") != std::string::npos;
}

std::vector<WireComparison> compare_wires(const Analysis& analysis) {
  std::vector<WireComparison> wires;
  const VariantAnalysis* reference = analysis.variant(analysis.reference);
  if (reference == nullptr) return wires;
  for (const auto& variant : analysis.variants) {
    if (variant.name == reference->name) continue;
    const Patched patched = patched_by(analysis, variant.name);
    WireComparison wire{variant.name, wire_changes(reference->wire, variant.wire), false, patched.transport,
                        patched.keep_alives};
    const bool talks = talks_to_servers(reference->wire) && talks_to_servers(variant.wire);
    wire.inert = talks && patched.subject && wire.changes.empty() && grows_the_same(analysis, variant.name);
    wires.push_back(std::move(wire));
  }
  return wires;
}

}  // namespace leakrig
