#pragma once

#include "harness/stats/growth_model.h"
#include "harness/stats/prepare.h"
#include "harness/stats/verdict.h"

namespace leakrig::stats {

/// Writes what was adjusted for into `growth`: containers, cycle, warm-up, step, plateau, bursts; and the
/// reasons that follow from them, behind those that are there.
void add_findings(const Prepared& prepared, const GrowthModel& model, double tolerance_per_min,
                  Growth& growth);

}  // namespace leakrig::stats
