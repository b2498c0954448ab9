// What an audit says, in words.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/analysis/findings.h"
#include "harness/core/metrics.h"
#include "harness/core/units.h"
#include "harness/report/audit.h"
#include "harness/report/connection_words.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/words.h"

namespace leakrig {
namespace {

/// Other stimuli that are told of in the first lines.
constexpr std::size_t kMostOthers = 6;

/// "2 goroutines", "0.5 sockets", "512.0 KiB of resident memory"
std::string residue_amount(const MetricResidue& each, double value) {
  const MetricInfo info = metric_info(each.metric);
  if (info.is_bytes()) return counted_text(info, value);
  return near_whole_text(value, info);
}

std::string and_list(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

std::string what_stays(const AuditRow& row) {
  std::vector<std::string> parts;
  for (const auto* each : row.told()) parts.push_back(residue_amount(*each, row.stays(*each)));
  const bool one = parts.size() == 1 && parts.front().starts_with("1 ");
  const std::string verb = one ? "stays" : "stay";
  if (row.is_twin()) return fmt::format("{} {} each minute though nothing happens", and_list(parts), verb);
  return fmt::format("{} {} each time {}", and_list(parts), verb, row.event);
}

const finding::Leak* leak_in(const std::vector<Finding>& findings) {
  for (const auto& each : findings) {
    if (const auto* leak = std::get_if<finding::Leak>(&each)) return leak;
  }
  return nullptr;
}

std::vector<Finding> findings_about(const Analysis& analysis, const AuditRow& row) {
  std::vector<Finding> findings;
  const auto* variant = analysis.variant(row.stimulus);
  if (variant != nullptr && variant->lead() != nullptr) find_verdict(analysis, *variant, findings);
  return findings;
}

std::string code_place(const CodePlace& place) {
  return fmt::format("{} ({}:{})", place.function, place.file.substr(place.file.rfind('/') + 1), place.line);
}

/// "opened by main.(*pool).get (pool.go:36)"; empty where nobody is known.
std::string culprit(const Analysis& analysis, const AuditRow& row) {
  const auto findings = findings_about(analysis, row);
  const auto* leak = leak_in(findings);
  if (leak == nullptr) return "";
  if (leak->opener) return "opened by " + code(code_place(leak->opener->chain.front()), 200);
  if (const auto whose = words::whose(*leak); !whose.empty()) return whose;
  if (leak->connections) return words::connections_lead(*leak);
  return "";
}

std::string what_is_missing(const AuditRow& row) {
  if (row.outcome == Outcome::died) return "it died: " + inline_text(row.detail);
  if (!row.facts.recovered)
    return inline_text(row.facts.missing) + (row.facts.missing.ends_with('s') ? " are not back" : " is not back");
  if (row.facts.storms)
    return fmt::format("a retry storm, {:.0f} requests a second", row.requests_per_s());
  return fmt::format("it spins: {:.1f} cores in use, {:.1f} before", row.facts.cpu_after, row.facts.cpu_before);
}

std::string undecided_phrase(const AuditRow& row) {
  for (const auto& each : row.residues) {
    if (!each.judged || each.residue.verdict != stats::ResidueVerdict::inconclusive) continue;
    return fmt::format("whether {} stay each time {}: {}", metric_noun(each.metric), row.event, each.residue.reason);
  }
  return fmt::format("{}: {}", row.event, row.detail.empty() ? "nothing was read" : inline_text(row.detail));
}

std::string upper_of(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

std::string audit_phrase(const Analysis& analysis, const AuditRow& row) {
  switch (row.verdict) {
    case AuditVerdict::leak: {
      const std::string by = culprit(analysis, row);
      return what_stays(row) + (by.empty() ? "" : ": " + by);
    }
    case AuditVerdict::does_not_recover:
      return fmt::format("when {}: {}", row.event, what_is_missing(row));
    case AuditVerdict::clean:
      return fmt::format("nothing stays when {}", row.event);
    case AuditVerdict::not_met:
      return fmt::format("{}: {}", row.event, inline_text(row.facts.why_not));
    case AuditVerdict::failed:
      return fmt::format("{}: {}: {}", row.event, to_string(row.outcome), inline_text(row.detail));
    case AuditVerdict::undecided:
      break;
  }
  return undecided_phrase(row);
}

std::string audit_headline(const Analysis& analysis) {
  const Audit& audit = *analysis.audit;
  const AuditRow* worst = audit.worst();
  if (worst == nullptr) return "NOTHING  no stimulus was tried";
  const std::size_t tried = audit.rows.size() - audit.count(AuditVerdict::not_met);
  const bool nothing_tried = worst->verdict == AuditVerdict::not_met ||
                             (worst->verdict == AuditVerdict::clean && tried <= 1 && audit.rows.size() > 1);
  if (nothing_tried)
    return "UNDECIDED  the subject uses nothing that a stimulus touches: has it asked for Docker's socket?";
  if (worst->verdict == AuditVerdict::clean)
    return fmt::format("CLEAN  nothing stays and all recovers: {} stimuli, {} occurrences of each", tried,
                       audit.occurrences);
  std::string text = upper_of(to_string(worst->verdict)) + "  " + audit_phrase(analysis, *worst);
  const std::size_t alike = audit.count(worst->verdict);
  if (alike > 1) text += fmt::format("; {} of {} stimuli", alike, tried);
  return text;
}

std::vector<std::string> audit_lines(const Analysis& analysis) {
  const Audit& audit = *analysis.audit;
  std::vector<std::string> lines{audit_headline(analysis)};
  const AuditRow* worst = audit.worst();
  if (worst == nullptr) return lines;
  if (worst->verdict == AuditVerdict::leak)
    lines.push_back(fmt::format("  {} each, over {:.0f} occurrences", residue_text(*worst), worst->occurrences));
  std::size_t others = 0;
  std::size_t left = 0;
  for (const auto& row : audit.rows) {
    if (&row == worst || row.verdict == AuditVerdict::clean || row.verdict == AuditVerdict::not_met) continue;
    if (++others > kMostOthers) {
      ++left;
      continue;
    }
    lines.push_back(fmt::format("  {}: {}", to_string(row.verdict), audit_phrase(analysis, row)));
  }
  if (left > 0) lines.push_back(fmt::format("  and {} more", left));
  if (const auto unmet = audit.count(AuditVerdict::not_met); unmet > 0)
    lines.push_back(fmt::format("  {} of {} stimuli were not tried: the subject does not use what they touch", unmet,
                                audit.rows.size()));
  return lines;
}

std::vector<std::string> audit_evidence(const Analysis& analysis, const AuditRow& row) {
  const auto findings = findings_about(analysis, row);
  const auto* leak = leak_in(findings);
  return leak == nullptr ? std::vector<std::string>{} : evidence_of(*leak);
}

std::string residue_text(const AuditRow& row) {
  std::vector<std::string> parts;
  for (const auto* each : row.leaking()) {
    const auto quantity = metric_info(each->metric).quantity;
    const auto end = [&](double value) {
      return quantity == Quantity::bytes ? amount_text(quantity, value) : fmt::format("{:.2f}", value);
    };
    parts.push_back(fmt::format("{} {} (95 % {} to {})", end(each->residue.per_occurrence), metric_noun(each->metric),
                                end(each->residue.low), end(each->residue.high)));
  }
  if (!parts.empty()) return fmt::format("{}", fmt::join(parts, ", "));
  for (const auto& each : row.residues) {
    const bool is_told = each.judged && each.residue.verdict == stats::ResidueVerdict::capacity;
    if (!is_told || !each.residue.stopped_after) continue;
    return fmt::format("{} in all, none after {:.0f} occurrences",
                       residue_amount(each, each.in_all()), *each.residue.stopped_after);
  }
  return row.verdict == AuditVerdict::not_met || row.residues.empty() ? "" : "nothing";
}

std::string recovery_text(const AuditRow& row) {
  if (!row.facts.met || row.is_twin()) return "";
  if (row.outcome == Outcome::died) return "died";
  if (!row.facts.recovered) return "not: " + printable(row.facts.missing);
  const std::string after = fmt::format("{:.1f} s", row.facts.recovery_s);
  return after == "0.0 s" ? "at once" : "after " + after;
}

std::string notes_text(const AuditRow& row) {
  if (!row.facts.met) return printable(row.facts.why_not);
  std::vector<std::string> notes;
  if (row.delivery && row.delivery->lines_lost > 0)
    notes.push_back(fmt::format("{} lines lost", with_thousands(static_cast<std::int64_t>(row.delivery->lines_lost))));
  if (row.delivery && row.delivery->lines_duplicated > 0)
    notes.push_back(
        fmt::format("{} doubled", with_thousands(static_cast<std::int64_t>(row.delivery->lines_duplicated))));
  if (row.facts.down_s > 0)
    notes.push_back(fmt::format("{:.1f} requests/s while it lasted, longest pause {:.1f} s", row.requests_per_s(),
                                row.facts.longest_pause_s));
  if (row.spins) notes.push_back(fmt::format("{:.1f} cores in use", row.facts.cpu_after));
  return fmt::format("{}", fmt::join(notes, "; "));
}

void word_stimulus(const Analysis& analysis, const AuditRow& row, Check& check) {
  check.message = fmt::format("{}: {}", to_string(row.verdict), plain_text(audit_phrase(analysis, row)));
  for (const auto& sentence : audit_evidence(analysis, row)) check.evidence.push_back(plain_text(sentence));
  if (const auto recovery = recovery_text(row); !recovery.empty()) check.evidence.push_back("back " + recovery);
  if (const auto notes = notes_text(row); !notes.empty()) check.evidence.push_back(notes);
}

}  // namespace leakrig
