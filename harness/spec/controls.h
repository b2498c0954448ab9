#pragma once

#include <vector>

#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// What the engine takes at most for the tolerance of a count where a scenario does not say; a test holds it
/// to stats::kCountTolerance.
inline constexpr double kUnstatedTolerance = 2;

/// What a run is checked by: the reference once more, which must come out identical with itself, and, where
/// the subject is the built-in collector, that collector without its monitor and without containers, which
/// leaks threads at one a minute above the tolerance and nothing else. That one runs as long as the engine
/// needs to tell the two rates apart. Throws UsageError if the scenario is one that controls cannot serve.
std::vector<Variant> control_variants(const ScenarioSpec& scenario);

}  // namespace leakrig
