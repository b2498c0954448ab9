// An audit for people: Markdown, a terminal, a page.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/report/audit.h"
#include "harness/report/format.h"
#include "harness/report/markdown_page.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/status.h"

namespace leakrig {
namespace {

constexpr const char* kMeaning =
    "What stays is the slope of the counts at rest over the occurrences, less what the same time adds when nothing "
    "happens; a leak keeps coming, what stops is a pool that has filled. `not met`: the subject does not use what the "
    "stimulus touches.";

std::string title_of(const Analysis& analysis) {
  return printable(analysis.scenario.title.empty() ? analysis.scenario.name : analysis.scenario.title);
}

const char* color_of(AuditVerdict verdict) {
  switch (verdict) {
    case AuditVerdict::leak:
    case AuditVerdict::does_not_recover:
    case AuditVerdict::failed:
      return "31;1";
    case AuditVerdict::clean:
      return "32;1";
    case AuditVerdict::undecided:
      return "33;1";
    case AuditVerdict::not_met:
      break;
  }
  return "2";
}

/// The rows that say something first, the others as they stand.
std::vector<const AuditRow*> worst_rows_first(const Audit& audit) {
  std::vector<const AuditRow*> rows;
  for (const auto& row : audit.rows) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) {
    const auto rank = [](AuditVerdict verdict) {
      return verdict == AuditVerdict::failed ? 2 : verdict == AuditVerdict::undecided ? 3
             : verdict == AuditVerdict::clean ? 4 : verdict == AuditVerdict::not_met  ? 5 : static_cast<int>(verdict);
    };
    return rank(a->verdict) < rank(b->verdict);
  });
  return rows;
}

}  // namespace

std::string audit_markdown(const Analysis& analysis, const RenderOptions&) {
  const Audit& audit = *analysis.audit;
  markdown::Page page;
  page.add("# {}\n\n**Date**: {}  \n**Status**: {}\n\n", markdown_text(title_of(analysis)),
           markdown::known(analysis.environment.date), status_icon(analysis.exit_code));
  const auto lines = audit_lines(analysis);
  page.add("**{}**\n\n", lines.front());
  for (std::size_t i = 1; i < lines.size(); ++i) page.add("- {}\n", lines[i].substr(2));
  page.add("\n## Stimuli\n\n| Stimulus | Verdict | Occurrences | Stays each time | Recovered | Besides |\n"
           "|---|---|---:|---|---|---|\n");
  for (const auto* row : worst_rows_first(audit)) {
    page.add("| {}<br>{} | **{}** | {:.0f} | {} | {} | {} |\n", code(row->stimulus), row->event,
             to_string(row->verdict), row->occurrences, markdown_text(residue_text(*row)),
             markdown_text(recovery_text(*row)), markdown_text(notes_text(*row)));
  }
  page.add("\n{}\n", kMeaning);
  bool headed = false;
  for (const auto& row : audit.rows) {
    const auto evidence = audit_evidence(analysis, row);
    if (row.verdict != AuditVerdict::leak || evidence.empty()) continue;
    if (!std::exchange(headed, true)) page.add("\n## Where\n\n");
    page.add("### {}\n\n{}.\n\n", code(row.stimulus), audit_phrase(analysis, row));
    page.list(evidence);
    page.add("\n");
  }
  return page.take();
}

std::string audit_console(const Analysis& analysis, const RenderOptions& options) {
  const Audit& audit = *analysis.audit;
  const auto paint = [&](const char* ansi, const std::string& text) {
    return options.color ? fmt::format("\033[{}m{}\033[0m", ansi, text) : text;
  };
  std::string out;
  bool first = true;
  for (const auto& line : first_lines(analysis)) out += (std::exchange(first, false) ? paint("1", line) : line) + "\n";
  fmt::format_to(std::back_inserter(out), "\n{}\n", paint("1", title_of(analysis)));
  std::size_t width = 0;
  for (const auto& row : audit.rows) width = std::max(width, row.stimulus.size());
  for (const auto* row : worst_rows_first(audit)) {
    std::string line = fmt::format("  {:<{}}  {}  ", row->stimulus, width,
                                   paint(color_of(row->verdict), fmt::format("{:<16}", to_string(row->verdict))));
    const std::string recovery = recovery_text(*row);
    const std::string notes = notes_text(*row);
    line += residue_text(*row);
    if (!recovery.empty()) line += "; back " + recovery;
    if (!notes.empty()) line += (line.ends_with("  ") ? "" : "; ") + notes;
    out += line + "\n";
  }
  for (const auto& row : audit.rows) {
    if (row.verdict != AuditVerdict::leak) continue;
    const auto evidence = audit_evidence(analysis, row);
    if (evidence.empty()) continue;
    fmt::format_to(std::back_inserter(out), "\n{}\n", paint("1", row.stimulus));
    for (const auto& sentence : evidence) fmt::format_to(std::back_inserter(out), "  - {}\n", plain_text(sentence));
  }
  return out;
}

std::string audit_html(const Analysis& analysis, const RenderOptions&) {
  const Audit& audit = *analysis.audit;
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<style>body{{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em}}"
      "table{{border-collapse:collapse;width:100%}}th,td{{border-bottom:1px solid #ccc;padding:.35em .6em;"
      "text-align:left;vertical-align:top}}.bad{{color:#b00020;font-weight:600}}.good{{color:#1b7f3b}}"
      ".open{{color:#9a6700}}.none{{color:#777}}</style></head><body>\n<h1>{0}</h1>\n",
      html_text(title_of(analysis)));
  for (const auto& line : audit_lines(analysis))
    fmt::format_to(std::back_inserter(out), "<p>{}</p>\n", html_text(plain_text(line)));
  out += "<table><thead><tr><th>Stimulus</th><th>Verdict</th><th>Occurrences</th><th>Stays each time</th>"
         "<th>Recovered</th><th>Besides</th></tr></thead><tbody>\n";
  for (const auto* row : worst_rows_first(audit)) {
    const std::string_view color = color_of(row->verdict);
    const char* style = color == "31;1" ? "bad" : color == "32;1" ? "good" : color == "33;1" ? "open" : "none";
    fmt::format_to(std::back_inserter(out),
                   "<tr><th>{}<br><small>{}</small></th><td class=\"{}\">{}</td><td>{:.0f}</td><td>{}</td><td>{}</td>"
                   "<td>{}</td></tr>\n",
                   html_text(printable(row->stimulus)), html_text(plain_text(row->event)), style,
                   to_string(row->verdict), row->occurrences, html_text(residue_text(*row)),
                   html_text(recovery_text(*row)), html_text(notes_text(*row)));
  }
  out += "</tbody></table>\n";
  for (const auto& row : audit.rows) {
    if (row.verdict != AuditVerdict::leak) continue;
    fmt::format_to(std::back_inserter(out), "<h2>{}</h2>\n<p>{}.</p>\n<ul>\n", html_text(printable(row.stimulus)),
                   html_text(plain_text(audit_phrase(analysis, row))));
    for (const auto& sentence : audit_evidence(analysis, row))
      fmt::format_to(std::back_inserter(out), "<li>{}</li>\n", html_text(plain_text(sentence)));
    out += "</ul>\n";
  }
  return out + fmt::format("<p><small>{}</small></p>\n</body></html>\n", html_text(plain_text(kMeaning)));
}

}  // namespace leakrig
