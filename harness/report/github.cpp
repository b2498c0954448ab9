#include "harness/report/github.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/report/checks.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"
#include "harness/report/status.h"

namespace leakrig {
namespace {

/// Data of a workflow command: percent-encoded as GitHub's own toolkit does; `:` and `,` only in properties.
std::string encoded(const std::string& text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out;
}

/// The first place that is in the caller's tree.
std::string place_of(const Check& check, const RenderOptions& options) {
  for (const auto& place : check.places) {
    const std::string file = options.locate ? options.locate(place.file) : place.file;
    if (!file.empty())
      return fmt::format("file={},line={},", encoded(file, true),
                         std::max<std::int64_t>(1, place.line));  // format: GitHub counts lines from 1
  }
  return "";
}

std::string annotation(const char* kind, const std::string& title, const std::string& message,
                       const std::string& place = "") {
  return fmt::format("::{} {}title={}::{}\n", kind, place, encoded(title, true), encoded(message, false));
}

/// At most so many as GitHub shows; the last one then says how many there are besides.
std::string annotations(const Analysis& analysis, const std::vector<Check>& checks, const char* kind,
                        const RenderOptions& options) {
  constexpr std::size_t kMost = github_limit::kAnnotations;
  const std::size_t shown = checks.size() <= kMost ? checks.size() : kMost - 1;
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& check = checks[i];
    std::string message = check.message;
    for (const auto& line : check.evidence) message += "\n" + line;
    out += annotation(
        kind,
        fmt::format("leakrig {}: {} {}", printable(analysis.scenario.name, 80), check.variant, check.what),
        message, place_of(check, options));
  }
  if (shown < checks.size())
    out += annotation(kind, "leakrig", fmt::format("{} more: see the job summary", checks.size() - shown));
  return out;
}

std::string short_summary(const Analysis& analysis) {
  std::string out = fmt::format("# {}\n\n{} {}\n\n| Variant | Metric | Rate | Verdict |\n|---|---|---|---|\n",
                                markdown_text(analysis.scenario.title), status_icon(analysis.exit_code),
                                status_text(analysis));
  for (const auto& variant : analysis.variants) {
    for (const auto* metric : variant.by_importance()) {
      out += fmt::format("| {} | {} | {} | **{}** |\n", code(variant.name), metric_title(metric->name),
                         estimate_text(*metric), to_string(metric->verdict));
    }
  }
  return out;
}

/// Whole lines, as many as fit.
std::string cut_to(const std::string& text, std::size_t room) {
  constexpr std::string_view kCut = "\n\n(Cut: the whole report is too long for a job summary.)\n";
  if (text.size() <= room) return text;
  if (room < kCut.size()) return "";
  const auto end = text.rfind('\n', room - kCut.size());
  return (end == std::string::npos ? "" : text.substr(0, end)) + std::string{kCut};
}

}  // namespace

std::string github_summary(const Analysis& analysis, std::size_t room) {
  std::string report = render_markdown(analysis, {});
  if (report.size() <= room) return report;
  if (analysis.audit) return cut_to(report, room);
  // What was decided stands before the tables of every variant.
  const auto tables = report.find("\n## Conditions\n");
  const std::string brief = report.substr(0, tables) + "\n" + short_summary(analysis);
  return brief.size() <= room ? brief : cut_to(short_summary(analysis), room);
}

std::string render_github(const Analysis& analysis, const RenderOptions& options) {
  std::vector<Check> errors;
  std::vector<Check> warnings;
  for (const auto& check : checks_of(analysis)) {
    if (!check.part_of.empty()) continue;  // one cause, one annotation
    if (check.state == CheckState::failed || check.state == CheckState::broken) errors.push_back(check);
    if (check.state == CheckState::undecided) warnings.push_back(check);
  }
  std::string out =
      annotations(analysis, errors, "error", options) + annotations(analysis, warnings, "warning", options);
  if (!out.empty()) return out;
  return annotation("notice", "leakrig " + printable(analysis.scenario.name, 80), status_text(analysis));
}

}  // namespace leakrig
