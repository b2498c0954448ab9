#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "harness/core/process.h"
#include "harness/core/run_record.h"
#include "harness/core/sample.h"
#include "harness/run/early_stop.h"
#include "harness/run/shard.h"
#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// Told what goes on, for a progress line. Called from the variants' threads, several at a time with --jobs.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void variant_started(const Variant& variant) = 0;
  /// Something that is good to know of a variant's run, in a sentence.
  virtual void noted(const Variant&, const std::string&) {}
  virtual void sampled(const Variant& variant, const Sample& sample) = 0;
  virtual void variant_ended(const Variant& variant, Outcome outcome, const std::string& detail) = 0;
};

struct RunOptions {
  std::filesystem::path out;  ///< the run directory, made here
  unsigned jobs = 1;          ///< variants at a time
  StopRule stop_rule;         ///< empty: each variant is sampled to its end
  bool keep_output = false;  ///< of the subjects; false: the first 64 MiB of each
  std::optional<Shard> shard = {};  ///< of the run plan only this part is run, and shard.json is written
};

/// Runs each variant against a fake Docker and a fake Loki of its own and records it in `options.out`. A
/// variant that fails is recorded as such and does not stop the others; a stop ends them all early and
/// cleanly. Throws UsageError if the run directory cannot be used, Error if the record could not be written.
void run_scenario(const ScenarioSpec& scenario, const RunOptions& options, Guardian& guardian,
                  RunObserver& observer, std::stop_token stop);

}  // namespace leakrig
