#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/sample.h"
#include "harness/probe/probe.h"
#include "harness/probe/waiter.h"

namespace leakrig {

/// When to sample, in scenario time. Slots are due at first + k x resolution up to and including `end`; the
/// table's rows at t0 + k x row_every, taken at the first slot read at or after each.
struct SamplingPlan {
  Nanos first{0};
  Nanos t0{0};  ///< T+0: what Sample::t_s and due_s count from
  Nanos end{0};
  Nanos resolution{0};
  Nanos row_every{0};
};

/// What a sampler works with. All of it outlives the sampler.
struct SamplerParts {
  const ScenarioClock& clock;
  std::vector<Probe*> probes;  ///< into Sample::values and groups
  Probe* rig = nullptr;        ///< into Sample::rig; may be absent
  SampleSink& sink;
  Waiter& waiter;
  std::string variant;
  std::function<bool()> subject_gone;  ///< asked at every slot; empty: never
};

/// Reads every probe on an absolute schedule, so that lateness never adds up, and hands each sample to the
/// sink at once. A late reading carries its true time; a slot that passed without one (the next was already
/// due) is recorded as missed; a probe that fails leaves a gap.
class Sampler {
 public:
  enum class End {
    done,          ///< the last slot was reached
    stopped,       ///< the waiter was told to stop
    subject_gone,  ///< no reading was made any more
  };

  /// Throws Error if the plan's resolution or row step is not positive.
  Sampler(SamplerParts parts, const SamplingPlan& plan);

  /// In the calling thread, until one of the ends.
  End run();

 private:
  void take(Nanos due, Nanos now);
  Sample slot(Nanos due, Nanos now) const;

  SamplerParts parts_;
  SamplingPlan plan_;
  Nanos next_row_;
};

}  // namespace leakrig
