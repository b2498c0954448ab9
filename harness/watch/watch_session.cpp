#include "harness/watch/watch_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/analysis/analysis.h"
#include "harness/analysis/metrics.h"
#include "harness/core/terminal.h"
#include "harness/core/units.h"
#include "harness/probe/rig_probe.h"
#include "harness/probe/sampler.h"

namespace leakrig {

WatchSession::WatchSession(const WatchParts& parts) : parts_(parts) {
  if (parts_.table != nullptr) table_.emplace(parts_.table, parts_.color, terminal_columns(::fileno(parts_.table)));
}

void WatchSession::run(const Clock& clock, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [&] { waiter_.stop(); });
  const ScenarioClock time(clock, 1);
  std::vector<Probe*> probes;
  for (const auto& probe : parts_.probes) probes.push_back(probe.get());
  RigProbe rig;
  const Nanos t0 = parts_.schedule.warmup;
  const SamplingPlan plan{Nanos{0}, t0, t0 + parts_.schedule.duration, parts_.schedule.resolution,
                          parts_.schedule.every};
  const auto gone = [&] {
    if (parts_.hopeless) hopeless_ = parts_.hopeless();
    return hopeless_ || (parts_.subject != nullptr && !parts_.subject->alive());
  };
  Sampler sampler({time, probes, &rig, *this, waiter_, parts_.record.watched().name, gone}, plan);
  const auto end = sampler.run();

  const double wall_s = to_seconds(time.now());
  if (hopeless_) {
    parts_.record.end(Outcome::rig_failed, *hopeless_, wall_s);
  } else if (end == Sampler::End::subject_gone) {
    const auto status = parts_.subject->poll();
    parts_.record.end(Outcome::died,
                      fmt::format("process {} ended after {}{}", parts_.subject->pid(),
                                  humanize_duration(time.now()), status ? " with " + status->describe() : ""),
                      wall_s);
  } else if (silent_) {
    std::string why = "nothing could be read any more";
    for (const auto& probe : parts_.probes) {
      if (!probe->problem().empty()) why += fmt::format("; {}: {}", probe->name(), probe->problem());
    }
    parts_.record.end(Outcome::died, why, wall_s);
  } else if (end == Sampler::End::stopped && !sure_) {
    parts_.record.end(Outcome::interrupted, "stopped by a signal", wall_s);
  } else {
    parts_.record.end(Outcome::completed, "", wall_s);
  }
}

void WatchSession::record(const Sample& sample) {
  const bool row = parts_.record.add(sample);
  if (parts_.told) parts_.told(sample, row);
  if (nothing_read_for_long(sample)) {
    silent_ = true;
    waiter_.stop();
  }
  if (row) look_at_row(sample);
}

bool WatchSession::nothing_read_for_long(const Sample& sample) {
  if (sample.missed) return false;
  if (!sample.values.empty()) {
    silent_since_s_.reset();
    return false;
  }
  if (!silent_since_s_) silent_since_s_ = sample.due_s;
  return sample.due_s - *silent_since_s_ >= std::max(30.0, 3 * to_seconds(parts_.schedule.every));
}

void WatchSession::look_at_row(const Sample& sample) {
  ++rows_;
  if (table_) {
    const Analysis so_far = analyze(parts_.record.run());
    table_->row(so_far.variants.front(), sample);
  }
  if (!parts_.until_sure || rows_ < next_look_) return;
  next_look_ = rows_ + rows_ / 2;
  ++looks_;
  if (is_sure()) {
    sure_ = true;
    waiter_.stop();
  }
}

bool WatchSession::is_sure() {
  RunRecord record = parts_.record.run();
  VariantRecord& so_far = record.variants.front();
  so_far.look = Look{.look = looks_, .t_s = std::numeric_limits<double>::infinity()};
  if (is_sure_of_leak(record.scenario, so_far, so_far.name)) return true;
  AnalysisOptions options = analysis_options(record.scenario);
  options.look = so_far.look;
  const Analysis analysis = analyze(record);
  const VariantAnalysis& watched = analysis.variants.front();
  if (watched.lead() == nullptr || watched.verdict != MetricVerdict::stable) return false;
  // A leak at the tolerance, one thing at a time, may leave no trace in a short while: with probability
  // e^-expected.
  const double expected = options.tolerance_per_min * watched.minutes;
  const double error = 1 - growth_options(watched.lead_metric, options).confidence;
  return std::exp(-expected) <= error;
}

}  // namespace leakrig
