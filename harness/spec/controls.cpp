#include "harness/spec/controls.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/control.h"
#include "harness/core/error.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

/// Beyond this the planted leak would take hours to tell from the tolerance.
constexpr double kLargestTolerance = 20;
constexpr double kShortestMinutes = 10;
/// Leaks at the tolerance vary by its root (Poisson), so that one a minute more stands out only after as many
/// minutes, times the square of how clearly it must: about 2.2 deviations with three metrics looked at.
constexpr double kMinutesPerTolerance = 6;
constexpr double kFewestReadings = 150;

/// The engine's where the scenario does not say.
double tolerance_of(const Variant& variant) {
  return variant.analysis.tolerance_per_min.value_or(kUnstatedTolerance);
}

Variant planted_leak(const Variant& reference) {
  const double tolerance = tolerance_of(reference);
  const double every = to_seconds(reference.sampling.every);
  const double needed = std::max({to_seconds(reference.sampling.duration), 60 * kShortestMinutes,
                                  60 * kMinutesPerTolerance * tolerance,
                                  kFewestReadings * to_seconds(reference.sampling.resolution)});
  CollectorConfig collector = *reference.subject.collector();
  collector.container_monitor = {};
  collector.container_monitor.enabled = false;
  collector.planted_leak_per_min = tolerance + 1;
  Variant variant = reference;
  variant.name = control::kPlantedLeak;
  variant.sampling.duration = from_seconds(std::ceil(needed / every) * every);
  variant.fleet = {};
  variant.fleet.containers = 0;
  variant.faults.clear();
  variant.subject.what = std::move(collector);
  return variant;
}

}  // namespace

std::vector<Variant> control_variants(const ScenarioSpec& scenario) {
  const Variant* reference = scenario.variant(scenario.reference);
  if (reference == nullptr) {
    throw UsageError(fmt::format("{}: /controls: need the reference, which is not among the variants run",
                                 scenario.source));
  }
  Variant as_stated = *reference;
  as_stated.patch = "{}";
  as_stated.changes.clear();
  as_stated.expect.clear();
  std::vector<Variant> controls{as_stated};
  controls.back().name = control::kSameAgain;
  if (reference->subject.collector() == nullptr) return controls;
  if (tolerance_of(*reference) > kLargestTolerance) {
    throw UsageError(
        fmt::format("{}: /controls: take a tolerance of at most {:g}/min: one a minute above {:g} would need "
                    "hours to be told from it",
                    scenario.source, kLargestTolerance, tolerance_of(*reference)));
  }
  controls.push_back(planted_leak(as_stated));
  return controls;
}

}  // namespace leakrig
