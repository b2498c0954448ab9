#include "harness/probe/sampler.h"

#include <utility>

#include "harness/core/error.h"

namespace leakrig {

Sampler::Sampler(SamplerParts parts, const SamplingPlan& plan)
    : parts_(std::move(parts)), plan_(plan), next_row_(plan.t0) {
  if (plan_.resolution <= Nanos{0} || plan_.row_every <= Nanos{0}) {
    throw Error("cannot sample: the resolution and the row step must be longer than 0");
  }
}

Sampler::End Sampler::run() {
  for (Nanos due = plan_.first; due <= plan_.end; due += plan_.resolution) {
    if (!parts_.waiter.wait_until(parts_.clock.monotonic_at(due))) return End::stopped;
    if (parts_.subject_gone && parts_.subject_gone()) return End::subject_gone;
    take(due, parts_.clock.now());
  }
  return End::done;
}

void Sampler::take(Nanos due, Nanos now) {
  Sample sample = slot(due, now);
  if (now >= due + plan_.resolution) {
    sample.missed = true;
    parts_.sink.record(sample);
    return;
  }
  const bool row = due >= next_row_;
  if (row) next_row_ += ((due - next_row_) / plan_.row_every + 1) * plan_.row_every;
  for (Probe* probe : parts_.probes) {
    if (row) {
      probe->read_row(sample.values, sample.groups);
    } else {
      probe->read(sample.values);
    }
  }
  if (parts_.rig != nullptr) parts_.rig->read(sample.rig);
  parts_.sink.record(sample);
}

Sample Sampler::slot(Nanos due, Nanos now) const {
  Sample sample;
  sample.variant = parts_.variant;
  sample.t_s = to_seconds(now - plan_.t0);
  sample.due_s = to_seconds(due - plan_.t0);
  return sample;
}

}  // namespace leakrig
