#include "harness/spec/controls.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/control.h"
#include "harness/core/error.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// Beyond this the planted leak would take hours to tell from the tolerance.
constexpr double kLargestTolerance = 20;
constexpr double kShortestMinutes = 10;
/// Leaks at the tolerance vary by its root (Poisson), so that one a minute more stands out only after as many
/// minutes, times the square of how clearly it must: about 2.2 deviations with three metrics looked at.
constexpr double kMinutesPerTolerance = 6;
constexpr double kFewestReadings = 150;

Variant planted_leak(const Variant& baseline, double tolerance) {
  const double every = to_seconds(baseline.sampling.every);
  const double needed = std::max({to_seconds(baseline.sampling.duration), 60 * kShortestMinutes,
                                  60 * kMinutesPerTolerance * tolerance,
                                  kFewestReadings * to_seconds(baseline.sampling.resolution)});
  Variant variant = baseline;
  variant.name = control::kPlantedLeak;
  variant.patch = json::object();
  variant.sampling.duration = from_seconds(std::ceil(needed / every) * every);
  variant.document["sampling"]["duration"] = format_duration(variant.sampling.duration);
  variant.document["fleet"] = {{"containers", 0}};
  json& collector = variant.document["subject"]["collector"];
  collector["container_monitor"] = {{"enabled", false}};
  collector["planted_leak_per_min"] = tolerance + 1;
  return variant;
}

}  // namespace

std::vector<Variant> control_variants(const Scenario& scenario) {
  const auto baseline = std::find_if(scenario.variants.begin(), scenario.variants.end(),
                                     [&](const Variant& v) { return v.name == scenario.baseline; });
  if (baseline == scenario.variants.end()) {
    throw UsageError(fmt::format("{}: /controls: need the baseline, which is not among the variants run",
                                 scenario.source));
  }
  std::vector<Variant> controls{*baseline};
  controls.back().name = control::kSameAgain;
  controls.back().patch = json::object();
  if (!baseline->document.at("subject").contains("collector")) return controls;
  const double tolerance = baseline->document.value(json::json_pointer{"/analysis/tolerance_per_min"}, 2.0);
  if (tolerance > kLargestTolerance) {
    throw UsageError(
        fmt::format("{}: /controls: take a tolerance of at most {:g}/min: one a minute above {:g} would need "
                    "hours to be told from it",
                    scenario.source, kLargestTolerance, tolerance));
  }
  controls.push_back(planted_leak(*baseline, tolerance));
  return controls;
}

}  // namespace leakrig
