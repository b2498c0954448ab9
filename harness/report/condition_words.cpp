#include "harness/report/condition_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/core/units.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : printable(text); }

std::string cpus_text(const Environment& where) {
  return where.cpus > 0 ? counted(where.cpus, "CPU") : "an unknown number of CPUs";
}

/// "2 that differ, ...: shards 1, 3: x86_64, kernel ..., 8 CPUs; ..." of a merged run.
std::string machines_text(const std::vector<Machine>& machines) {
  std::string text = fmt::format(
      "{} that differ, and what is compared differs by that too: an interval over replicates that ran on "
      "several contains it, one of a single replicate does not",
      machines.size());
  for (const auto& [shards, where] : machines) {
    text += fmt::format("; shards {}: {}, kernel {}, {}, {}", fmt::join(shards, ", "), or_unknown(where.host),
                        or_unknown(where.kernel), cpus_text(where), or_unknown(where.compiler));
  }
  return text;
}

std::string fleet_text(const FleetConfig& fleet) {
  if (fleet.containers == 0) return "no containers";
  const double rate = fleet.logs.lines_per_s;
  return fmt::format("{}, {:g} line{}/s each, seed {}", counted(static_cast<double>(fleet.containers), "container"), rate,
                     rate == 1 ? "" : "s", fleet.seed);
}

/// "2/min" of what is counted, and of memory where that is judged too.
std::string tolerances_text(const Analysis& analysis) {
  std::string memory;
  for (const auto& variant : analysis.variants) {
    for (const auto& metric : variant.metrics) {
      if (memory.empty() && metric.judged && quantity_of_unit(metric.unit) == Quantity::bytes)
        memory = fmt::format(" ({} of memory)", tolerance_text(Quantity::bytes, metric.tolerance_per_min));
    }
  }
  return fmt::format("{:g}/min{}", analysis.tolerance_per_min, memory);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> condition_texts(const Analysis& analysis) {
  const SamplingConfig& sampling = analysis.scenario.sampling;
  const Environment& where = analysis.environment;
  std::vector<std::pair<std::string, std::string>> texts;
  const auto add = [&](const char* condition, std::string text) { texts.emplace_back(condition, std::move(text)); };
  add("Host", fmt::format("{}, kernel {}, {}", or_unknown(where.host), or_unknown(where.kernel),
                          where.machines.empty() ? cpus_text(where) : "several numbers of CPUs"));
  add("leakrig", fmt::format("{}, {}", or_unknown(where.leakrig), or_unknown(where.compiler)));
  if (!where.machines.empty()) add("Machines", machines_text(where.machines));
  add("Fleet", fleet_text(analysis.scenario.fleet));
  add("Sampling", fmt::format("warm-up {}, {} measured, a reading every {}, a table row every {}",
                              format_duration(sampling.warmup), format_duration(sampling.duration),
                              format_duration(sampling.resolution), format_duration(sampling.every)));
  if (const int replicates = analysis.scenario.replicates; replicates != 1)
    add("Replicates",
        fmt::format("{} of each variant, interleaved A B B A; the estimates are over all of them", replicates));
  add("Time scale",
      sampling.time_scale == 1
          ? std::string{"real time"}
          : fmt::format("{:g} scenario seconds a wall second; every time and rate below is scenario time",
                        sampling.time_scale));
  add("Decision", fmt::format("growth that is surely above {} is a leak, growth that is surely below it is stable; what "
                              "each verdict rests on: docs/how-verdicts-work.md",
                              tolerances_text(analysis)));
  return texts;
}

}  // namespace leakrig
