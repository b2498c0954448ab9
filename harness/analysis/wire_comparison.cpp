#include "harness/analysis/wire_comparison.h"

#include <algorithm>

namespace leakrig {
namespace {

using nlohmann::json;

/// What a variant's patch changes of the subject.
struct Patched {
  bool subject = false;
  bool transport = false;
  bool keep_alives = false;
};

/// Options of HTTP clients by the names that Go's transport gives them, wherever a patch has them.
void look_for_transport(const json& patch, Patched& patched) {
  if (!patch.is_object()) return;
  for (const auto& [key, value] : patch.items()) {
    patched.transport = patched.transport || key.ends_with("transport");
    patched.keep_alives = patched.keep_alives || key == "disable_keep_alives";
    look_for_transport(value, patched);
  }
}

Patched patched_by(const Analysis& analysis, const std::string& variant) {
  Patched patched;
  const json variants = analysis.scenario.value("variants", json::object());
  for (const auto* name : {&analysis.reference, &variant}) {
    const json patch = variants.value(*name, json::object());
    patched.subject = patched.subject || patch.contains("subject");
    look_for_transport(patch.value("subject", json::object()), patched);
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

std::string versus_word(const Analysis& analysis, const ComparisonAnalysis& comparison) {
  const auto* wire = analysis.wire(comparison.variant);
  const bool identical = comparison.difference.verdict == stats::Comparison::identical;
  return identical && wire != nullptr && wire->inert ? "inert"
                                                     : std::string{to_string(comparison.difference.verdict)};
}

}  // namespace leakrig
