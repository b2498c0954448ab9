#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"
#include "harness/analysis/audit.h"

namespace leakrig {
namespace {

using nlohmann::json;

json residue_json(const MetricResidue& each) {
  const auto& residue = each.residue;
  json made{{"metric", each.metric},          {"judged", each.judged},
            {"verdict", to_string(residue.verdict)}, {"per_occurrence", residue.per_occurrence},
            {"low", residue.low},             {"high", residue.high},
            {"start", residue.start},         {"final", residue.final}};
  if (residue.stopped_after) made["stopped_after"] = *residue.stopped_after;
  if (!residue.reason.empty()) made["reason"] = residue.reason;
  return made;
}

json attribution_of(const VariantAnalysis& variant) {
  constexpr std::size_t kMost = 12;
  json rows = json::array();
  for (const auto& row : variant.attribution) {
    if (row.growth <= 0 || rows.size() == kMost) continue;
    json made{{"kind", row.kind}, {"name", row.name}, {"growth", row.growth}};
    if (!row.file.empty()) made["at"] = {{"function", row.function}, {"file", row.file}, {"line", row.line}};
    rows.push_back(std::move(made));
  }
  return rows;
}

json audit_row_json(const AuditRow& row, const VariantAnalysis* variant) {
  json made{{"stimulus", row.stimulus},
            {"family", row.family},
            {"event", row.event},
            {"verdict", to_string(row.verdict)},
            {"occurrences", row.occurrences},
            {"minutes", row.minutes},
            {"outcome", to_string(row.outcome)},
            {"wall_s", row.wall_s}};
  if (!row.detail.empty()) made["detail"] = row.detail;
  if (!row.facts.met) {
    made["why_not_met"] = row.facts.why_not;
    return made;
  }
  made["residues"] = json::array();
  for (const auto& each : row.residues) made["residues"].push_back(residue_json(each));
  made["recovery"] = {{"recovered", row.facts.recovered},
                      {"after_s", row.facts.recovery_s},
                      {"down_s", row.facts.down_s},
                      {"requests_while_down", row.facts.requests_down},
                      {"longest_pause_s", row.facts.longest_pause_s},
                      {"storms", row.facts.storms},
                      {"spins", row.spins}};
  if (!row.facts.missing.empty()) made["recovery"]["missing"] = row.facts.missing;
  if (row.delivery) made["delivery"] = to_json(*row.delivery);
  if (row.verdict == AuditVerdict::leak && variant != nullptr) made["attribution"] = attribution_of(*variant);
  return made;
}

}  // namespace

json audit_json(const Analysis& analysis) {
  json made{{"schema", "leakrig/audit/1"},
            {"scenario", {{"name", analysis.scenario.name}, {"title", analysis.scenario.title}}},
            {"environment", to_json(analysis.environment)},
            {"exit_code", static_cast<int>(analysis.exit_code)},
            {"passed", analysis.passed},
            {"occurrences", analysis.audit->occurrences},
            {"stimuli", json::array()}};
  for (const auto& row : analysis.audit->rows)
    made["stimuli"].push_back(audit_row_json(row, analysis.variant(row.stimulus)));
  return made;
}

}  // namespace leakrig
