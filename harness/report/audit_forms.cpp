// An audit for programs: CSV, OpenMetrics, and the checks that JUnit and GitHub show.
#include <fmt/format.h>

#include <iterator>

#include "harness/report/audit.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"

namespace leakrig {
namespace {

CheckState state_of_row(AuditVerdict verdict) {
  switch (verdict) {
    case AuditVerdict::leak:
    case AuditVerdict::does_not_recover:
      return CheckState::failed;
    case AuditVerdict::failed:
      return CheckState::broken;
    case AuditVerdict::undecided:
    case AuditVerdict::not_met:
      return CheckState::undecided;
    case AuditVerdict::clean:
      break;
  }
  return CheckState::passed;
}

std::vector<SourcePlace> places_of(const VariantAnalysis& variant) {
  std::vector<SourcePlace> places;
  for (const auto& row : variant.attribution) {
    if (row.growth > 0 && !row.file.empty()) places.push_back({row.function, row.file, row.line});
  }
  return places;
}

}  // namespace

std::vector<Check> audit_checks(const Analysis& analysis) {
  std::vector<Check> checks;
  for (const auto& row : analysis.audit->rows) {
    Check check{printable(row.family),
                printable(row.stimulus),
                state_of_row(row.verdict),
                fmt::format("{}: {}", to_string(row.verdict), plain_text(audit_phrase(analysis, row))),
                {},
                {},
                {},
                row.wall_s};
    for (const auto& sentence : audit_evidence(analysis, row)) check.evidence.push_back(plain_text(sentence));
    if (const auto recovery = recovery_text(row); !recovery.empty()) check.evidence.push_back("back " + recovery);
    if (const auto notes = notes_text(row); !notes.empty()) check.evidence.push_back(notes);
    const auto* variant = analysis.variant(row.stimulus);
    if (variant != nullptr && row.verdict == AuditVerdict::leak) check.places = places_of(*variant);
    checks.push_back(std::move(check));
  }
  return checks;
}

std::string audit_csv(const Analysis& analysis) {
  std::string out =
      "stimulus,family,verdict,occurrences,metric,judged,residue,per_occurrence,ci_low,ci_high,start,final,recovered,"
      "recovery_s,lines_lost,lines_duplicated,requests_while_down,down_s,longest_pause_s,wall_s\r\n";
  for (const auto& row : analysis.audit->rows) {
    const auto of_delivery = [&](auto field) {
      return row.delivery ? fmt::format("{}", (*row.delivery).*field) : std::string{};
    };
    const std::string tail = fmt::format(
        "{},{:.10g},{},{},{},{:.10g},{:.10g},{:.10g}\r\n", row.facts.recovered, row.facts.recovery_s,
        of_delivery(&Delivery::lines_lost), of_delivery(&Delivery::lines_duplicated), row.facts.requests_down,
        row.facts.down_s, row.facts.longest_pause_s, row.wall_s);
    const std::string head = fmt::format("{},{},{},{:.10g}", csv_cell(printable(row.stimulus)),
                                         csv_cell(printable(row.family)), to_string(row.verdict), row.occurrences);
    if (row.residues.empty()) out += fmt::format("{},,,,,,,,,{}", head, tail);
    for (const auto& each : row.residues) {
      const auto& residue = each.residue;
      fmt::format_to(std::back_inserter(out), "{},{},{},{},{:.10g},{:.10g},{:.10g},{:.10g},{:.10g},{}", head,
                     csv_cell(printable(each.metric)), each.judged, stats::to_string(residue.verdict),
                     residue.per_occurrence, residue.low, residue.high, residue.start, residue.final, tail);
    }
  }
  return out;
}

std::string audit_openmetrics(const Analysis& analysis) {
  const auto label = [](const std::string& text) { return openmetrics_label(printable(text)); };
  const std::string scenario = label(analysis.scenario.name);
  std::string out =
      "# TYPE leakrig_audit_residue gauge\n# HELP leakrig_audit_residue What stays of each occurrence.\n";
  for (const auto& row : analysis.audit->rows) {
    for (const auto& each : row.residues)
      fmt::format_to(std::back_inserter(out),
                     "leakrig_audit_residue{{scenario=\"{}\",stimulus=\"{}\",metric=\"{}\"}} {:.10g}\n", scenario,
                     label(row.stimulus), label(each.metric), each.residue.per_occurrence);
  }
  out += "# TYPE leakrig_audit_verdict gauge\n# HELP leakrig_audit_verdict 1 for the verdict that holds.\n";
  for (const auto& row : analysis.audit->rows)
    fmt::format_to(std::back_inserter(out),
                   "leakrig_audit_verdict{{scenario=\"{}\",stimulus=\"{}\",verdict=\"{}\"}} 1\n", scenario,
                   label(row.stimulus), to_string(row.verdict));
  out += "# TYPE leakrig_audit_recovery_seconds gauge\n# HELP leakrig_audit_recovery_seconds The longest time until all "
         "was back.\n";
  for (const auto& row : analysis.audit->rows) {
    if (row.facts.met && row.facts.recovered)
      fmt::format_to(std::back_inserter(out),
                     "leakrig_audit_recovery_seconds{{scenario=\"{}\",stimulus=\"{}\"}} {:.10g}\n", scenario,
                     label(row.stimulus), row.facts.recovery_s);
  }
  return out + "# EOF\n";
}

}  // namespace leakrig
