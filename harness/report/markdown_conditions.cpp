#include "harness/report/markdown_page.h"

#include <fmt/ranges.h>

#include "harness/core/units.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"

namespace leakrig::markdown {

std::string known(const std::string& text) { return text.empty() ? "unknown" : markdown_text(text); }

namespace {

std::string cpus_text(const Environment& where) {
  return where.cpus > 0 ? std::to_string(where.cpus) : "unknown";
}

/// "2 that differ, ...: shards 1, 3: x86_64, kernel ..., 8 CPUs; ..." of a merged run.
std::string machines_text(const std::vector<Machine>& machines) {
  std::string text = fmt::format(
      "{} that differ, and what is compared differs by that too: an interval over replicates that ran on "
      "several contains it, one of a single replicate does not",
      machines.size());
  for (const auto& [shards, where] : machines) {
    text += fmt::format("; shards {}: {}, kernel {}, {} CPUs, {}", fmt::join(shards, ", "), known(where.host),
                        known(where.kernel), cpus_text(where), known(where.compiler));
  }
  return text;
}

}  // namespace

void conditions(Page& page, const Analysis& analysis) {
  const FleetConfig& fleet = analysis.scenario.fleet;
  const SamplingConfig& sampling = analysis.scenario.sampling;
  const Environment& where = analysis.environment;
  page.add("## Conditions\n\n| Condition | Value |\n|---|---|\n");
  page.add("| Host | {}, kernel {}, {} CPUs |\n", known(where.host), known(where.kernel),
           where.machines.empty() ? cpus_text(where) : "several numbers of");
  page.add("| leakrig | {}, {} |\n", known(where.leakrig), known(where.compiler));
  if (!where.machines.empty()) page.add("| Machines | {} |\n", machines_text(where.machines));
  page.add("| Fleet | {} containers, {:g} lines/s each, seed {} |\n", fleet.containers,
           fleet.logs.lines_per_s, fleet.seed);
  page.add("| Sampling | warm-up {}, {} measured, a reading every {}, a table row every {} |\n",
           format_duration(sampling.warmup), format_duration(sampling.duration),
           format_duration(sampling.resolution), format_duration(sampling.every));
  if (const int replicates = analysis.scenario.replicates; replicates != 1) {
    page.add("| Replicates | {} of each variant, interleaved A B B A; the estimates are over all of them |\n",
             replicates);
  }
  page.add(
      "| Time scale | {:g} scenario seconds a wall second; every time and rate below is scenario time |\n",
      sampling.time_scale);
  page.add(
      "| Decision | growth that is surely above {:g}/min is a leak, growth that is surely below it is stable; what each "
      "verdict rests on: docs/how-verdicts-work.md |\n\n",
      analysis.tolerance_per_min);

  page.add(
      "| Variant | Readings | Missed | Latest reading | Rig threads | Rig fds | Rig CPU "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const auto& variant : analysis.variants) {
    const auto& q = variant.sampling;
    page.add("| {} | {} | {} | {:.1f} ms late | {:.0f} | {:.0f} | {:.2f} s |\n", code(variant.name),
             q.slots - q.missed, q.missed, q.latest_ms, q.rig_threads, q.rig_fds, q.rig_cpu_s);
  }
  page.add("\n");
}

void configuration(Page& page, const Analysis& analysis) {
  page.add("## Configuration\n\n");
  for (const auto& variant : analysis.variants) {
    const auto& changes = variant.changes;
    page.add("### {}{}\n\n", code(variant.name),
             variant.name == analysis.reference && analysis.variants.size() > 1 ? " (reference)" : "");
    if (changes.empty()) {
      page.add("The scenario as it stands.\n\n");
      continue;
    }
    page.add("| Option | Before | After |\n|---|---|---|\n");
    for (const auto& change : changes)
      page.add("| {} | {} | {} |\n", code(change.option), code(change.before), code(change.after));
    page.add("\n");
  }
}

}  // namespace leakrig::markdown
