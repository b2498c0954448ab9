#include "harness/analysis/compared_wires.h"

#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"
#include "harness/analysis/wire_comparison.h"
#include "harness/spec/collector_text.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// Some judged metric of both grows otherwise.
bool grows_otherwise(const json& before, const json& after) {
  const json metrics = before.value("metrics", json::object());
  for (const auto& [name, metric] : metrics.items()) {
    const json other = after.value(json::json_pointer{"/metrics/" + name}, json::object());
    if (other.empty() || !metric.value("judged", true)) continue;
    const auto verdict =
        stats::compare_rates(growth_of(metric), growth_of(other), metric.value("tolerance_per_min", 2.0))
            .verdict;
    if (verdict == stats::Comparison::improved || verdict == stats::Comparison::worse) return true;
  }
  return false;
}

/// A variant with what was seen of it, wherever it stands in the results.
struct SeenRow {
  const json* result = nullptr;
  const SeenVariant* seen = nullptr;
};

SeenRow seen_row(const std::vector<RecordedResult>& results, const SideBySideRow& row) {
  for (const auto& one : results) {
    const auto seen = one.seen.find(row.variant);
    if (one.source != row.source || seen == one.seen.end()) continue;
    for (const auto& variant : one.result.at("variants")) {
      if (variant.at("name") == row.variant) return {&variant, &seen->second};
    }
  }
  return {};
}

/// What two subjects are told differently, option by option.
Patched patched_between(const json& before, const json& after) {
  Patched patched;
  const json one = before.flatten();
  const json other = after.flatten();
  const auto look = [&](const json& here, const json& there) {
    for (const auto& [option, value] : here.items()) {
      if (there.value(option, json()) != value) look_at("/subject" + option, patched);
    }
  };
  look(one, other);
  look(other, one);
  return patched;
}

/// What a subject is told, as JSON, to be held against what another is.
json told(const SubjectSpec& subject) {
  if (const auto* collector = subject.collector()) return {{"collector", json::parse(collector_text(*collector))}};
  const auto* command = subject.command();
  if (command == nullptr) return json::object();
  return {{"command", command->argv}, {"env", command->env}, {"files", command->files}};
}

}  // namespace

std::optional<finding::WireAgainst> wire_against(const std::vector<RecordedResult>& results,
                                                 const SideBySideRow& reference, const SideBySideRow& row) {
  const SeenRow before = seen_row(results, reference);
  const SeenRow after = seen_row(results, row);
  if (before.seen == nullptr || after.seen == nullptr || !talks_to_servers(before.seen->wire) ||
      !talks_to_servers(after.seen->wire))
    return std::nullopt;
  finding::WireAgainst against;
  against.variant = row.label;
  against.reference = reference.label;
  against.before = before.seen->wire;
  against.after = after.seen->wire;
  against.wire.variant = row.label;
  against.wire.changes = wire_changes(before.seen->wire, after.seen->wire);
  const Patched patched = patched_between(before.seen->subject, after.seen->subject);
  against.wire.patches_transport = patched.transport;
  against.wire.patches_keep_alives = patched.keep_alives;
  against.wire.inert =
      patched.subject && against.wire.changes.empty() && !grows_otherwise(*before.result, *after.result);
  return against;
}

RecordedResult recorded_result(const std::string& source, const Analysis& analysis, json result) {
  RecordedResult recorded{source, std::move(result)};
  for (const auto& variant : analysis.variants) {
    const auto* stated = analysis.scenario.variant(variant.name);
    const auto& subject = stated != nullptr ? stated->subject : analysis.scenario.subject;
    recorded.seen[variant.name] = {variant.wire, told(subject)};
  }
  return recorded;
}

}  // namespace leakrig
