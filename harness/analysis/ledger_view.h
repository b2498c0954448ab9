#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Requests to the fake Docker that were open at the end, by endpoint, with those superseded by a newer
/// request of the same endpoint, container and process. Only endpoints with a request open at the end of the
/// run. `end_s`: the last reading's time, scenario seconds from T+0.
std::vector<OrphanRow> find_orphans(const std::vector<LedgerEntry>& ledger, double end_s);

/// Openings in [0, end_s] a minute.
double connections_per_minute(const std::vector<LedgerEntry>& ledger, double end_s);
double requests_per_minute(const std::vector<LedgerEntry>& ledger, double end_s);

}  // namespace leakrig
