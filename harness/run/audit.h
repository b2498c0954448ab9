#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/core/process.h"
#include "harness/run/runner.h"
#include "harness/run/stimuli/stimulus.h"
#include "harness/spec/scenario_spec.h"

namespace leakrig {

struct AuditOptions {
  std::filesystem::path out;  ///< the run directory, made here
  unsigned jobs = 1;          ///< stimuli at a time
  int occurrences = 12;       ///< of each stimulus; as many again where those leave its residue open
  Nanos first_request = std::chrono::seconds{10};  ///< a subject that has asked for nothing until then is not tried
  /// Whether the rests of a stimulus, beside the twin's, leave its residue open; may be null. Called by all workers.
  std::function<bool(const std::vector<Sample>& rests, const std::vector<Sample>& twin)> undecided;
};

/// The scenario with each stimulus as a variant of its reference, the twin first. Its document says under "audit" what
/// each is. The fleet neither dies by itself nor is anything else wrong with it: what happens is the audit's. Throws
/// ScenarioError where the scenario does not allow that.
ScenarioSpec audit_scenario(const ScenarioSpec& scenario, const std::vector<Stimulus>& stimuli, int occurrences);

/// Brings each stimulus upon a subject of its own and records what it leaves behind: the way is catalogue (stimuli/),
/// stage and subject (AuditRun), counts at rest (RestReader), and from the record on stats::assess_residue in
/// analysis/audit.h. The twin comes first and alone: what it has not asked for need not be tried. `scenario` is
/// audit_scenario's. Throws as run_scenario does.
void run_audit(const ScenarioSpec& scenario, const std::vector<Stimulus>& stimuli, const AuditOptions& options,
               Guardian& guardian, RunObserver& observer, std::stop_token stop);

}  // namespace leakrig
