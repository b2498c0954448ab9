#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/analysis/analysis.h"
#include "harness/analysis/recorded.h"

namespace leakrig {

struct CostMargins;

/// Throws UsageError that says what differs if `recorded`, a result.json or what baseline_of made of one, was
/// measured under other conditions than `scenario` (a resolved one) asks for: another scenario, time scale,
/// sampling, fleet or tolerance, or a variant that the scenario no longer has. What the subject is may
/// differ: that is what is compared. `source` stands for the file in messages.
void require_comparable(const nlohmann::json& recorded, const ScenarioSpec& scenario,
                        const std::string& source);

/// Of each variant that both have: every judged metric's rate and verdict, groups that grow and did not, lost
/// lines and costs.
RecordedComparison compare_with_recorded(const Analysis& analysis, const nlohmann::json& recorded,
                                         const std::string& source, const CostMargins& margins);

/// What is kept of a result.json as a baseline: everything that is compared and the conditions, in the form
/// of a result.json, rounded so that a committed file changes little. Throws Error if the run was not
/// completed, its controls failed or (unless `even_if_inconclusive`) a judged metric was not decided.
nlohmann::json baseline_of(const nlohmann::json& result, bool even_if_inconclusive);

/// What accepting `after` in the place of `before` (an empty object: there was none) means, both as baseline_of
/// makes them; `file` is where it is written.
Acceptance acceptance_of(const nlohmann::json& before, const nlohmann::json& after, const std::string& file);

/// The part of result.json that require_comparable compares.
nlohmann::json conditions_of(const ScenarioSpec& scenario);

}  // namespace leakrig
