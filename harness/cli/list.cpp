#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "harness/cli/command.h"
#include "harness/core/say.h"
#include "harness/spec/scenario_files.h"
#include "harness/collector/defects/defect.h"
#include "harness/core/units.h"
#include "harness/spec/load_scenario.h"
#include "harness/spec/scenario_files.h"

namespace leakrig {
namespace {

/// Wall seconds of a run of all variants, one after the other.
double wall_seconds(const ScenarioSpec& scenario) {
  double seconds = 0;
  for (const auto& variant : scenario.variants) {
    seconds += to_seconds(variant.sampling.warmup + variant.sampling.duration) / variant.sampling.time_scale;
  }
  return seconds;
}

ExitCode list(bool as_json, bool quiet) {
  const auto files = shipped_scenarios();
  if (files.empty())
    throw UsageError("no scenarios found; run from leakrig's source tree or set LEAKRIG_SCENARIOS");
  nlohmann::json out = nlohmann::json::array();
  if (!as_json && !quiet) say(stdout, "{:<28} {:>8} {:>8}  {}\n", "SCENARIO", "VARIANTS", "WALL", "TITLE");
  for (const auto& file : files) {
    const ScenarioSpec scenario = load_scenario(file);
    if (as_json) {
      out.push_back({{"name", scenario.name},
                     {"title", scenario.title},
                     {"file", file.string()},
                     {"variants", scenario.variants.size()},
                     {"wall_s", wall_seconds(scenario)}});
    } else if (quiet) {
      say(stdout, "{}\n", scenario.name);
    } else {
      say(stdout, "{:<28} {:>8} {:>8}  {}\n", scenario.name, scenario.variants.size(),
                 humanize_duration(from_seconds(wall_seconds(scenario))), scenario.title);
    }
  }
  if (as_json) say(stdout, "{}\n", out.dump(2));
  return ExitCode::ok;
}

ExitCode list_defects(bool as_json, bool quiet) {
  nlohmann::json out = nlohmann::json::array();
  for (const auto* defect : defects()) {
    if (as_json) {
      out.push_back({{"name", defect->name},
                     {"mechanism", defect->mechanism},
                     {"seen_in", defect->seen_in},
                     {"grows", defect->grows},
                     {"pointer", fmt::format("/subject/collector{}", defect->pointer)},
                     {"planted", defect->planted_value}});
    } else if (quiet) {
      say(stdout, "{}\n", defect->name);
    } else {
      say(stdout, "{}\n  the collector {}\n  grows: {}; seen in {}\n  planted by /subject/collector{} = {}\n",
                 defect->name, defect->mechanism, defect->grows, defect->seen_in, defect->pointer,
                 defect->planted_value);
    }
  }
  if (as_json) say(stdout, "{}\n", out.dump(2));
  return ExitCode::ok;
}

}  // namespace

std::function<ExitCode()> add_list(CLI::App& app) {
  app.footer("Example:\n  leakrig list --json");
  auto defects = std::make_shared<bool>(false);
  app.add_flag("--defects", *defects,
               "The leaks that the built-in collector can be given, instead of the scenarios");
  auto as_json = std::make_shared<bool>(false);
  app.add_flag("--json", *as_json, "Print JSON");
  auto quiet = std::make_shared<bool>(false);
  app.add_flag("-q,--quiet", *quiet, "Names only");
  return [as_json, quiet, defects] {
    return *defects ? list_defects(*as_json, *quiet) : list(*as_json, *quiet);
  };
}

}  // namespace leakrig
