#pragma once

#include "harness/run/early_stop.h"

namespace leakrig {

/// `--stop-when-sure`: yes at the first look at which the analysis finds a leak in the primary metric. Never
/// for the controls, nor for a variant that must compare with the baseline in a certain way, nor for a
/// baseline that others must compare with: a leak is sure long before two rates are known well enough to be
/// called identical. `scenario` outlives the rule.
StopRule stop_when_sure(const ScenarioSpec& scenario);

}  // namespace leakrig
