#pragma once

#include <stop_token>

#include "harness/core/process.h"
#include "harness/run/recorder.h"
#include "harness/run/runner.h"

namespace leakrig {

/// Starts the fake daemons and the subject, samples it over the variant's warm-up and duration (or until
/// `stop_rule`, which may be empty, says that it is sure), waits for lines still on their way, stops
/// everything, and records the outcome. Never throws for what the experiment does: a failure is an outcome.
/// Runs in the calling thread.
void run_variant(const Variant& variant, const StopRule& stop_rule, RunRecorder& recorder, Guardian& guardian,
                 RunObserver& observer, std::stop_token stop);

}  // namespace leakrig
