#include "harness/report/isolation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "harness/core/metrics.h"
#include "harness/report/format.h"
#include "harness/report/sentences.h"

namespace leakrig {
namespace {

std::string amount(const std::string& target, double value) {
  return rate_number_text(metric_info(target).quantity, value);
}

std::string target_noun(const std::string& target) {
  if (target == "connections_per_min") return "connections opened";
  if (target == "requests_per_min") return "requests";
  return metric_noun(target);
}

std::string change_text(const TargetChange& change) {
  return fmt::format("{} {} → {}/min", target_noun(change.target), amount(change.target, change.before),
                     amount(change.target, change.after));
}

std::string interval_text(const TargetChange& change) {
  return fmt::format("{} ({} to {})", amount(change.target, change.difference),
                     amount(change.target, change.ci_low), amount(change.target, change.ci_high));
}

std::string reference_text(const Isolation& isolation) {
  for (const auto* list : {&isolation.switches, &isolation.combinations}) {
    for (const auto& finding : *list) {
      if (finding.changes.empty()) continue;
      std::string text;
      for (const auto& change : finding.changes) {
        text += fmt::format("{}{} {} {}/min", text.empty() ? "" : ", ", target_noun(change.target),
                            change.target.ends_with("_per_min") ? "at" : "grow by",
                            amount(change.target, change.before));
      }
      return text;
    }
  }
  return "";
}

std::vector<const SwitchFinding*> sorted(const std::vector<SwitchFinding>& findings) {
  std::vector<const SwitchFinding*> order;
  for (const auto& finding : findings) order.push_back(&finding);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return static_cast<int>(a->effect) < static_cast<int>(b->effect);
  });
  return order;
}

void add_table(std::string& out, const Isolation& isolation, const std::vector<SwitchFinding>& findings) {
  fmt::format_to(std::back_inserter(out),
                 "| Switch | Kind | Effect | Before → after | Difference (90 % interval) | Lines lost | What "
                 "it changes |\n"
                 "|---|---|---|---|---|---|---|\n");
  for (const auto* finding : sorted(findings)) {
    std::string before_after;
    std::string differences;
    for (const auto& change : finding->changes) {
      before_after += (before_after.empty() ? "" : "<br>") + change_text(change);
      differences += (differences.empty() ? "" : "<br>") + interval_text(change);
    }
    const bool cause = finding->name == isolation.cause;
    const std::string note = switch_note(*finding);
    fmt::format_to(std::back_inserter(out), "| {} | {} | {} | {} | {} | {:.1f} % | {} |\n",
                   code(finding->name), finding->kind, cause ? "**cause**" : to_string(finding->effect),
                   before_after, differences, finding->lost_share * 100,
                   note.empty() ? finding->about : note);
  }
  out += "\n";
}

}  // namespace

std::string render_isolation_markdown(const Isolation& isolation) {
  std::string out = fmt::format("# What makes {} grow\n\n**Cause**: {}\n\n", code(isolation.scenario),
                                isolation_answer(isolation));
  if (isolation.targets.empty()) return out;
  fmt::format_to(std::back_inserter(out),
                 "In {} {}. One thing was switched at a time; everything else is as it stands there.\n\n",
                 code(isolation.reference), reference_text(isolation));
  add_table(out, isolation, isolation.switches);
  if (!isolation.combinations.empty()) {
    out += "## Several at once\n\n";
    add_table(out, isolation, isolation.combinations);
  }
  const bool all_seen = std::all_of(isolation.switches.begin(), isolation.switches.end(),
                                    [](const SwitchFinding& finding) { return finding.wire_was_seen; });
  out +=
      "`effective`: stops it. `partial`: less of it. `ineffective`: the same, within the margin that counts "
      "as no difference, though the servers could see the change where they saw the subject. `inert`: the "
      "same, and no server can see that "
      "anything was switched: it says nothing of the cause. `harmful`: more of it, something else grows "
      "instead, "
      "or lines are lost. `open`: this run does not decide.\n\n";
  if (!all_seen)
    out += "No server saw connections of all variants: where none did, `ineffective` may be `inert`.\n\n";
  if (!isolation.next.empty()) {
    out += "## Next\n\nWhat is open would be decided by:\n\n```\n";
    for (const auto& command : isolation.next) out += command + "\n";
    out += "```\n";
  }
  return out;
}

std::string render_isolation_console(const Isolation& isolation, bool color) {
  const auto paint = [&](const char* ansi, const std::string& text) {
    return color ? fmt::format("\033[{}m{}\033[0m", ansi, text) : text;
  };
  std::string out = fmt::format("{}\n\n{}\n", paint("1", isolation_headline(isolation)),
                                "What makes " + isolation.scenario + " grow");
  if (isolation.targets.empty()) return out;
  fmt::format_to(std::back_inserter(out), "In {}: {}\n\n", isolation.reference, reference_text(isolation));
  const std::array colors{"32;1", "33", "0", "2", "31;1", "33;1", "31;1"};
  std::size_t width = 6;
  for (const auto* list : {&isolation.switches, &isolation.combinations}) {
    for (const auto& finding : *list) width = std::max(width, finding.name.size());
  }
  for (const auto* list : {&isolation.switches, &isolation.combinations}) {
    for (const auto* finding : sorted(*list)) {
      const bool cause = finding->name == isolation.cause;
      const std::string effect = fmt::format("{:<12}", cause ? "cause" : to_string(finding->effect));
      fmt::format_to(std::back_inserter(out), "  {:<{}}  {}", finding->name, width,
                     paint(colors[static_cast<std::size_t>(finding->effect)], effect));
      for (const auto& change : finding->changes) {
        if (change.target != isolation.targets.front()) continue;
        fmt::format_to(std::back_inserter(out), "  {:<32}  {}", change_text(change), interval_text(change));
      }
      if (const auto note = switch_note(*finding); !note.empty())
        fmt::format_to(std::back_inserter(out), "  {}", plain_text(note));
      out += "\n";
    }
  }
  for (const auto& command : isolation.next) fmt::format_to(std::back_inserter(out), "\nNext: {}\n", command);
  return out;
}

}  // namespace leakrig
