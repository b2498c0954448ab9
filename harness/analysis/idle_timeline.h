#pragma once

#include <vector>

#include "harness/analysis/connection_evidence.h"
#include "harness/analysis/plot.h"

namespace leakrig {

/// When the idle connections that grow were opened, and since when they are idle (`superseded_s`): a lane for the
/// container of their last request, or for the server where they were about none. Empty where none grow.
/// `end_s`: the last reading's time.
OrphanTimeline idle_timeline(const std::vector<LedgerEntry>& ledger,
                             const std::vector<ConnectionEvidence>& evidence, double end_s);

}  // namespace leakrig
