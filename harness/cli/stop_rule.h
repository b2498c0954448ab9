#pragma once

#include "harness/scenario/early_stop.h"

namespace leakrig {

/// `--stop-when-sure`: yes at the first look at which the analysis finds a leak in the primary metric. The
/// planted leak of the controls is never cut short. `scenario` outlives the rule.
StopRule stop_when_sure(const Scenario& scenario);

}  // namespace leakrig
