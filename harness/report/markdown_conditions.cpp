#include "harness/report/markdown_page.h"

#include "harness/report/format.h"
#include "harness/report/safe_text.h"

namespace leakrig::markdown {

using nlohmann::json;

std::string env_text(const Analysis& analysis, const char* key) {
  if (!analysis.environment.contains(key)) return "unknown";
  const json& value = analysis.environment.at(key);
  return markdown_text(value.is_string() ? value.get<std::string>() : value.dump());
}

namespace {

/// "2 that differ, ...: shards 1, 3: x86_64, kernel ..., 8 CPUs; ..." of a merged run.
std::string machines_text(const json& machines) {
  std::string text = fmt::format(
      "{} that differ, and what is compared differs by that too: an interval over replicates that ran on "
      "several contains it, "
      "one of a single replicate does not",
      machines.size());
  for (const json& machine : machines) {
    const json& its = machine.at("environment");
    const auto field = [&](const char* key) {
      const json value = its.value(key, json{});
      return markdown_text(value.is_string() ? value.get<std::string>() : value.dump());
    };
    std::string shards;
    for (const json& shard : machine.at("shards")) shards += (shards.empty() ? "" : ", ") + shard.dump();
    text += fmt::format("; shards {}: {}, kernel {}, {} CPUs, {}", shards, field("host"), field("kernel"),
                        field("cpus"), field("compiler"));
  }
  return text;
}

}  // namespace

void conditions(Page& page, const Analysis& analysis) {
  const json& s = analysis.scenario;
  const auto at = [&](const char* pointer, const char* fallback) {
    const json::json_pointer place{pointer};
    if (!s.contains(place)) return std::string{fallback};
    return markdown_text(s.at(place).is_string() ? s.at(place).get<std::string>() : s.at(place).dump());
  };
  page.add("## Conditions\n\n| Condition | Value |\n|---|---|\n");
  page.add("| Host | {}, kernel {}, {} CPUs |\n", env_text(analysis, "host"), env_text(analysis, "kernel"),
           env_text(analysis, "cpus"));
  page.add("| leakrig | {}, {} |\n", env_text(analysis, "leakrig"), env_text(analysis, "compiler"));
  if (analysis.environment.contains("machines"))
    page.add("| Machines | {} |\n", machines_text(analysis.environment["machines"]));
  page.add("| Fleet | {} containers, {} lines/s each, seed {} |\n", at("/fleet/containers", "8"),
           at("/fleet/logs/lines_per_s", "2"), at("/fleet/seed", "1"));
  page.add("| Sampling | warm-up {}, {} measured, a reading every {}, a table row every {} |\n",
           at("/sampling/warmup", "1m"), at("/sampling/duration", "5m"), at("/sampling/resolution", "2s"),
           at("/sampling/every", "1m"));
  if (const auto replicates = at("/replicates", "1"); replicates != "1") {
    page.add("| Replicates | {} of each variant, interleaved A B B A; the estimates are over all of them |\n",
             replicates);
  }
  page.add("| Time scale | {} scenario seconds a wall second; every time and rate below is scenario time |\n",
           at("/sampling/time_scale", "60"));
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
