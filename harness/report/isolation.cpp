#include "harness/report/isolation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "harness/report/format.h"
#include "harness/report/sentences.h"

namespace leakrig {
namespace {

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
      before_after += (before_after.empty() ? "" : "<br>") + target_change(change);
      differences += (differences.empty() ? "" : "<br>") + target_interval(change);
    }
    const bool cause = finding->name == isolation.cause;
    const std::string note = switch_note(*finding);
    fmt::format_to(std::back_inserter(out), "| {} | {} | {} | {} | {} | {} | {} |\n",
                   code(finding->name), finding->kind, cause ? "**cause**" : to_string(finding->effect),
                   before_after, differences, share_text(finding->lost_share, 1),
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
                 code(isolation.reference), isolation_reference(isolation));
  add_table(out, isolation, isolation.switches);
  if (!isolation.combinations.empty()) {
    out += "## Several at once\n\n";
    add_table(out, isolation, isolation.combinations);
  }
  out += effects_text(isolation);
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
  fmt::format_to(std::back_inserter(out), "In {}: {}\n\n", isolation.reference, isolation_reference(isolation));
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
        fmt::format_to(std::back_inserter(out), "  {:<32}  {}", target_change(change), target_interval(change));
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
