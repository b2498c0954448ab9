// An audit for programs: CSV and OpenMetrics.
#include <fmt/format.h>

#include <iterator>

#include "harness/report/audit.h"
#include "harness/report/safe_text.h"

namespace leakrig {
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
