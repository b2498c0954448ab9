#pragma once

#include <optional>
#include <vector>

#include "harness/analysis/side_by_side.h"

namespace leakrig {

/// Of a run directory, what its samples and its ledger say today; `result` is what its result.json holds.
RecordedResult recorded_result(const std::string& source, const Analysis& analysis, nlohmann::json result);

/// What the servers saw of a row of `results` against the reference; nothing where one of both was not looked at. A
/// switch is inert only where both were.
std::optional<finding::WireAgainst> wire_against(const std::vector<RecordedResult>& results,
                                                 const SideBySideRow& reference, const SideBySideRow& row);

}  // namespace leakrig
