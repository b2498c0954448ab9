#include "harness/run/variant_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/units.h"
#include "harness/probe/callback_probe.h"
#include "harness/probe/discovery.h"
#include "harness/probe/process_tree.h"
#include "harness/probe/rig_probe.h"
#include "harness/probe/runtime_probe.h"
#include "harness/run/await_probes.h"
#include "harness/run/launch.h"
#include "harness/run/run_plan.h"
#include "harness/run/subject_probes.h"
#include "harness/subject/ready_check.h"

namespace leakrig {
namespace {

/// Lines due at the end of the measurement may still be in a batch or a poll: that long, in scenario time,
/// they are waited for before they count as lost; but no less and no more than this in wall time.
constexpr Nanos kDeliveryGrace = std::chrono::seconds{60};
constexpr Nanos kShortestGrace = std::chrono::seconds{1};
constexpr Nanos kLongestGrace = std::chrono::seconds{15};
/// Readings of delivery during the run leave out lines younger than this: they are on their way.
constexpr Nanos kInFlight = std::chrono::seconds{5};
constexpr Nanos kPollEvery = std::chrono::milliseconds{20};

/// Passes samples on to the record and to whoever watches, and reads delivery at table rows.
class SampleRelay final : public SampleSink {
 public:
  SampleRelay(const Variant& variant, VariantRecorder& recorder, RunObserver& observer, EarlyStop& early,
              std::function<void(double)> at_row)
      : variant_(variant),
        recorder_(recorder),
        observer_(observer),
        early_(early),
        at_row_(std::move(at_row)) {}

  void record(const Sample& sample) override {
    recorder_.record(sample);
    if (!sample.groups.empty() && sample.due_s > 0) at_row_(sample.t_s);
    observer_.sampled(variant_, sample);
    early_.add(sample);
  }

 private:
  const Variant& variant_;
  VariantRecorder& recorder_;
  RunObserver& observer_;
  EarlyStop& early_;
  std::function<void(double)> at_row_;
};

/// Passes the samples of a drain on to the record alone.
class DrainRelay final : public SampleSink {
 public:
  explicit DrainRelay(VariantRecorder& recorder) : recorder_(recorder) {}
  void record(const Sample& sample) override {
    Sample marked = sample;
    marked.drain = true;
    recorder_.record(marked);
  }

 private:
  VariantRecorder& recorder_;
};

std::vector<Probe*> pointers_to(const std::vector<std::unique_ptr<Probe>>& probes) {
  std::vector<Probe*> pointers;
  for (const auto& probe : probes) pointers.push_back(probe.get());
  return pointers;
}

}  // namespace

VariantRun::VariantRun(const Variant& variant, const RunServices& services, std::stop_token stop)
    : variant_(variant),
      services_(services),
      stop_(std::move(stop)),
      recorder_(services.recorder, variant.name, variant.replicate) {}

void VariantRun::run() {
  const SystemClock system;
  const Nanos began = system.monotonic();
  services_.observer.variant_started(variant_);
  End end;
  try {
    Stage stage(variant_, recorder_, services_.guardian);
    end = run_on(stage);
    probes_.clear();
  } catch (const std::exception& e) {
    end = {Outcome::rig_failed, e.what(), {}};
  }
  recorder_.end(end.outcome, end.detail, to_seconds(system.monotonic() - began), end.look);
  services_.observer.variant_ended(variant_, end.outcome, end.detail);
}

VariantRun::End VariantRun::run_on(Stage& stage) {
  if (auto never_started = start(stage)) return *never_started;
  if (const auto unserved = await_probes(prepared_, *subject_, stop_)) {
    subject_->stop();
    return {Outcome::never_ready, *unserved, {}};
  }
  recorder_.begin(subject_->pid());
  const std::stop_callback wake(stop_, [this] { waiter_.stop(); });
  End end = measure(stage);
  const bool left_alone = end.outcome == Outcome::completed && left_a_server_alone(stage);
  const StopReport stopped = subject_->stop();
  if (left_alone) end.detail += (end.detail.empty() ? last_words().substr(2) : last_words());
  if (stopped.killed && end.outcome == Outcome::completed)
    end.detail += std::string{end.detail.empty() ? "" : "; "} + "did not stop when asked to and was killed";
  return end;
}

std::optional<VariantRun::End> VariantRun::start(Stage& stage) {
  auto around = stage.surroundings(variant_, services_.recorder.directory());
  around.keep_output = services_.keep_output;
  subject_log_ = around.run_directory / (around.variant + ".subject.log");
  Launch launch = launch_subject(variant_.subject, around, services_.guardian, stop_);
  prepared_ = std::move(launch.prepared);
  subject_ = std::move(launch.subject);
  if (subject_ == nullptr) return End{launch.outcome, launch.detail, {}};
  return std::nullopt;
}

void VariantRun::make_probes(Stage& stage) {
  probes_ = make_subject_probes(prepared_, subject_->pid(), stage.system(), subject_->tree_root());
  add_runtime_probes(stage);
  probes_.push_back(std::make_unique<CallbackProbe>("fake docker", [&stage](ProbeValues& values) {
    const auto counters = stage.docker().counters();
    values[metric::kContainers] = static_cast<double>(counters.running_containers);
    values[metric::kDockerConnections] = static_cast<double>(counters.open_connections);
    values[metric::kDockerStreams] = static_cast<double>(counters.open_streams);
    if (counters.refused > 0) values[metric::kDockerRefused] = static_cast<double>(counters.refused);
    return true;
  }));
}

void VariantRun::add_runtime_probes(Stage& stage) {
  if (prepared_.command() == nullptr) return;
  const auto output = std::filesystem::path{subject_log_}.replace_extension().replace_extension("runtime");
  const Clock& clock = stage.system();
  // A program that was just started may not be the runtime yet, or not listen.
  probes_.push_back(std::make_unique<LateProbes>("runtimes", [this, output, &clock] {
    const auto tree = tree_of(subject_->tree_root());
    // Only Node is found by asking its ports.
    const Discovery found = runs_node(tree) ? discover(tree) : Discovery{};
    return runtime_probes(tree, found, output, clock,
                          [this](const std::string& text) { services_.observer.noted(variant_, text); });
  }));
}

VariantRun::End VariantRun::measure(Stage& stage) {
  const SamplingConfig& sampling = variant_.sampling;
  const Nanos ready = stage.clock().now();
  t0_ = ready + sampling.warmup;
  recorder_.set_origin(to_seconds(t0_));
  stage.sink().start_window(stage.clock().epoch_at(t0_));
  stage.docker().set_fault_origin(t0_);
  make_probes(stage);

  RigProbe rig;
  EarlyStop early(variant_, services_.stop_rule);
  SampleRelay relay(variant_, recorder_, services_.observer, early, [&](double t_s) {
    record_delivery(stage, std::max(t0_, t0_ + from_seconds(t_s) - kInFlight), t_s);
  });
  Sampler sampler({stage.clock(), pointers_to(probes_), &rig, relay, waiter_, variant_.name,
                   [&] { return !subject_->alive() || early.stopped().has_value(); }},
                  {ready, t0_, t0_ + sampling.duration, sampling.resolution, sampling.every});
  return end_of(stage, sampler.run(), early);
}

VariantRun::End VariantRun::end_of(Stage& stage, Sampler::End how, const EarlyStop& early) {
  const std::optional<Look> sure = early.stopped();
  if (sure && how != Sampler::End::stopped && subject_->alive()) {
    settle_delivery(stage, t0_ + from_seconds(sure->t_s));
    return {Outcome::completed, fmt::format("stopped early at T+{:g}s: sure", sure->t_s), sure};
  }
  switch (how) {
    case Sampler::End::done:
      settle_delivery(stage, t0_ + variant_.sampling.duration);
      if (auto ended = drain(stage)) return *ended;
      return {Outcome::completed, "", early.last()};
    case Sampler::End::stopped:
      return {Outcome::interrupted, "stopped by a signal to the rig", {}};
    case Sampler::End::subject_gone:
      break;
  }
  return died();
}

std::optional<VariantRun::End> VariantRun::drain(Stage& stage) {
  const SamplingConfig& sampling = variant_.sampling;
  if (sampling.drain == Nanos{0}) return std::nullopt;
  stage.docker().stop_fleet();
  const Nanos now = stage.clock().now();
  RigProbe rig;
  DrainRelay relay(recorder_);
  Sampler watcher({stage.clock(), pointers_to(probes_), &rig, relay, waiter_, variant_.name,
                   [&] { return !subject_->alive(); }},
                  {now, t0_, now + sampling.drain, sampling.resolution, sampling.every});
  return watcher.run() == Sampler::End::subject_gone ? std::optional{died()} : std::nullopt;
}

void VariantRun::record_delivery(Stage& stage, Nanos until, double at_s) {
  if (!variant_.subject.asks_for_sink()) return;
  recorder_.deliver({at_s, stage.sink().delivery(stage.docker().lines_written(t0_, until))});
}

void VariantRun::settle_delivery(Stage& stage, Nanos end) {
  if (!variant_.subject.asks_for_sink()) return;
  const Nanos grace = std::clamp(stage.clock().to_wall(kDeliveryGrace), kShortestGrace, kLongestGrace);
  const Delivery delivery =
      stage.settled_delivery(stage.docker().lines_written(t0_, end), grace, kPollEvery, waiter_);
  delivered_ = delivery.lines_delivered > 0;
  recorder_.deliver({to_seconds(end - t0_), delivery});
}

bool VariantRun::left_a_server_alone(const Stage& stage) const {
  if (!variant_.subject.is_meant_to_collect() || variant_.subject.command() == nullptr) return false;
  return (variant_.subject.asks_for_docker() && stage.docker().counters().requests == 0) ||
         (variant_.subject.asks_for_sink() && !delivered_);
}

std::string VariantRun::last_words() const {
  constexpr std::uint64_t kLastWords = 600;
  const std::string tail = last_lines_of(tail_of(subject_log_, 0, kLastWords));
  return tail.empty() ? "; it wrote nothing" : "; its last lines: " + tail;
}

VariantRun::End VariantRun::died() const {
  return {Outcome::died, how_it_died(*subject_, subject_log_.string()) + last_words(), {}};
}

}  // namespace leakrig
