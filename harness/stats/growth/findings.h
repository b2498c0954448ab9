#pragma once

#include "harness/stats/growth/growth_model.h"
#include "harness/stats/growth/prepare.h"
#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// Writes what was adjusted for into `growth`: containers, cycle, warm-up, step, plateau, bursts; and the
/// reasons that follow from them, behind those that are there.
void add_findings(const Prepared& prepared, const GrowthModel& model, const GrowthOptions& options,
                  Growth& growth);

}  // namespace leakrig::stats
