// What isolating came to, in words.
#include <fmt/format.h>

#include <algorithm>

#include "harness/core/metrics.h"
#include "harness/report/format.h"
#include "harness/report/isolation.h"
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

}  // namespace

std::string target_change(const TargetChange& change) {
  return fmt::format("{} {} → {}/min", target_noun(change.target), amount(change.target, change.before),
                     amount(change.target, change.after));
}

std::string target_interval(const TargetChange& change) {
  return fmt::format("{} ({} to {})", amount(change.target, change.difference),
                     amount(change.target, change.ci_low), amount(change.target, change.ci_high));
}

std::string isolation_reference(const Isolation& isolation) {
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

std::string isolation_answer(const Isolation& isolation) {
  if (isolation.targets.empty())
    return fmt::format("Nothing to isolate: in {} no judged metric leaks.", code(isolation.reference));
  const auto* cause = isolation.find(isolation.cause);
  if (cause == nullptr)
    return "Not found: no switch and no combination of switches that was tried stops the growth.";
  if (cause->kind == "combination")
    return fmt::format("More than one, none of which alone stops it: {}.", cause->blames);
  if (cause->kind == "component")
    return fmt::format(
        "Somewhere in {}: without it the growth stops, and no option that was tried inside it does that.",
        code(cause->blames));
  return cause->blames + ".";
}

std::string isolation_headline(const Isolation& isolation) {
  const bool found = isolation.find(isolation.cause) != nullptr;
  return (found ? "CAUSE  " : "NO CAUSE  ") + plain_text(isolation_answer(isolation));
}

std::string switch_note(const SwitchFinding& finding) {
  if (!finding.failure.empty()) return inline_text(finding.failure);
  if (!finding.grows_instead.empty())
    return fmt::format("{} grow by {}, which they do not without it", metric_noun(finding.grows_instead),
                       rate_text(metric_info(finding.grows_instead).quantity, finding.grows_instead_per_min));
  if (finding.starves) return share_text(finding.lost_share) + " of the lines are lost";
  return "";
}

std::string effects_text(const Isolation& isolation) {
  std::string text =
      "`effective`: stops it. `partial`: less of it. `ineffective`: the same, within the margin that counts as no "
      "difference, though the servers could see the change where they saw the subject. `inert`: the same, and no "
      "server can see that anything was switched: it says nothing of the cause. `harmful`: more of it, something else "
      "grows instead, or lines are lost. `open`: this run does not decide.\n\n";
  const bool all_seen = std::all_of(isolation.switches.begin(), isolation.switches.end(),
                                    [](const SwitchFinding& finding) { return finding.wire_was_seen; });
  if (!all_seen)
    text += "No server saw connections of all variants: where none did, `ineffective` may be `inert`.\n\n";
  return text;
}

}  // namespace leakrig
