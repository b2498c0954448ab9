#include "harness/run/variant_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "harness/core/error.h"
#include "harness/core/units.h"
#include "harness/fake_docker/api/endpoints.h"
#include "harness/fake_docker/fake_docker.h"
#include "harness/fake_sink/fake_loki.h"
#include "harness/probe/callback_probe.h"
#include "harness/probe/rig_probe.h"
#include "harness/probe/sampler.h"
#include "harness/probe/waiter.h"
#include "harness/run/run_plan.h"
#include "harness/run/runtime_directory.h"
#include "harness/run/subject_probes.h"
#include "harness/run/subject_start.h"

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

struct End {
  Outcome outcome = Outcome::completed;
  std::string detail;
  std::optional<Look> look;  ///< of a run that may stop early
};

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

/// The fake daemons and the clock of one variant.
class Stage {
 public:
  Stage(const Variant& variant, VariantRecorder& recorder, Guardian& guardian)
      : runtime_(guardian),
        clock_(system_, variant.sampling.time_scale),
        docker_(docker_options(variant),
                fleet_config_from_json(variant.document.value("fleet", nlohmann::json::object())), clock_,
                recorder),
        loki_({}, clock_, recorder) {}

  const SystemClock& system() const { return system_; }
  const ScenarioClock& clock() const { return clock_; }
  FakeDocker& docker() { return docker_; }
  FakeLoki& loki() { return loki_; }

  SubjectSurroundings surroundings(const Variant& variant, const std::filesystem::path& run_directory) const {
    return {over_tcp(variant) ? "tcp://" + docker_.tcp_address() : docker_.docker_host(),
            socket().string(),
            loki_.url(),
            runtime_.path(),
            std::filesystem::absolute(run_directory),
            file_stem(variant),
            variant.sampling.time_scale};
  }

 private:
  std::filesystem::path socket() const { return runtime_.path() / "docker.sock"; }
  static bool over_tcp(const Variant& variant) {
    return variant.document.value(nlohmann::json::json_pointer{"/subject/collector/docker/network"},
                                  "unix") == "tcp";
  }
  FakeDockerOptions docker_options(const Variant& variant) const {
    FakeDockerOptions options;
    options.socket = socket();
    if (over_tcp(variant)) options.listen = "127.0.0.1:0";
    options.faults = fault_configs_from_json(
        variant.document.value("/fleet/faults"_json_pointer, nlohmann::json::array()), endpoint_names());
    options.fault_origin.reset();  // T+0, once it is known
    return options;
  }

  RuntimeDirectory runtime_;
  SystemClock system_;
  ScenarioClock clock_;
  FakeDocker docker_;
  FakeLoki loki_;
};

std::string died_detail(const std::optional<ExitStatus>& status, const std::filesystem::path& log) {
  return fmt::format("the subject ended by itself{}; its output is in {}",
                     status ? " with " + status->describe() : "", log.filename().string());
}

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

/// Waits until every line due in (t0, end] has arrived, or the grace is over, and records what did.
void settle_delivery(Stage& stage, VariantRecorder& recorder, Waiter& waiter, Nanos t0, Nanos end) {
  const Nanos grace = std::clamp(stage.clock().to_wall(kDeliveryGrace), kShortestGrace, kLongestGrace);
  const Nanos deadline = stage.system().monotonic() + grace;
  const auto written = stage.docker().lines_written(t0, end);
  Delivery delivery = stage.loki().delivery(written);
  // A subject that has not delivered a line yet is not waited for: nothing of its is on the way.
  while (delivery.lines_lost > 0 && delivery.lines_delivered > 0 && stage.system().monotonic() < deadline) {
    if (!waiter.wait_until(stage.system().monotonic() + kPollEvery)) break;
    delivery = stage.loki().delivery(written);
  }
  recorder.deliver({to_seconds(end - t0), delivery});
}

/// From T+0's announcement to the last reading.
End sample(const Variant& variant, const StopRule& stop_rule, Stage& stage, Subject& subject,
           VariantRecorder& recorder, RunObserver& observer, EventWaiter& waiter,
           const std::filesystem::path& log) {
  const SamplingConfig& sampling = variant.sampling;
  const Nanos ready = stage.clock().now();
  const Nanos t0 = ready + sampling.warmup;
  const SamplingPlan plan{ready, t0, t0 + sampling.duration, sampling.resolution, sampling.every};
  recorder.set_origin(to_seconds(t0));
  stage.loki().start_window(stage.clock().epoch_at(t0));
  stage.docker().set_fault_origin(t0);

  const auto of_subject =
      make_subject_probes(variant.document.at("subject"), subject.pid(), stage.system(), subject.tree_root());
  CallbackProbe daemons("fake docker", [&](ProbeValues& values) {
    const auto counters = stage.docker().counters();
    values[metric::kContainers] = static_cast<double>(counters.running_containers);
    values[metric::kDockerConnections] = static_cast<double>(counters.open_connections);
    values[metric::kDockerStreams] = static_cast<double>(counters.open_streams);
    return true;
  });
  std::vector<Probe*> probes;
  for (const auto& probe : of_subject) probes.push_back(probe.get());
  probes.push_back(&daemons);
  RigProbe rig;
  EarlyStop early(variant, stop_rule);
  SampleRelay relay(variant, recorder, observer, early, [&](double t_s) {
    const Nanos until = std::max(t0, t0 + from_seconds(t_s) - kInFlight);
    recorder.deliver({t_s, stage.loki().delivery(stage.docker().lines_written(t0, until))});
  });
  Sampler sampler({stage.clock(), probes, &rig, relay, waiter, variant.name,
                   [&] { return !subject.alive() || early.stopped().has_value(); }},
                  plan);
  const Sampler::End how = sampler.run();
  const std::optional<Look> sure = early.stopped();
  if (sure && how != Sampler::End::stopped && subject.alive()) {
    settle_delivery(stage, recorder, waiter, t0, t0 + from_seconds(sure->t_s));
    return {Outcome::completed, fmt::format("stopped early at T+{:g}s: sure", sure->t_s), sure};
  }
  switch (how) {
    case Sampler::End::done:
      settle_delivery(stage, recorder, waiter, t0, plan.end);
      if (sampling.drain > Nanos{0}) {
        stage.docker().stop_fleet();
        const Nanos now = stage.clock().now();
        DrainRelay drain(recorder);
        Sampler watcher(
            {stage.clock(), probes, &rig, drain, waiter, variant.name, [&] { return !subject.alive(); }},
            {now, t0, now + sampling.drain, sampling.resolution, sampling.every});
        if (watcher.run() == Sampler::End::subject_gone)
          return {Outcome::died, died_detail(subject.poll(), log), {}};
      }
      return {Outcome::completed, "", early.last()};
    case Sampler::End::stopped:
      return {Outcome::interrupted, "stopped by a signal to the rig", {}};
    case Sampler::End::subject_gone:
      break;
  }
  return {Outcome::died, died_detail(subject.poll(), log), {}};
}

End run_on_stage(const Variant& variant, const StopRule& stop_rule, Stage& stage, VariantRecorder& recorder,
                 const std::filesystem::path& run_directory, Guardian& guardian, RunObserver& observer,
                 const std::stop_token& stop) {
  const auto around = stage.surroundings(variant, run_directory);
  StartResult started = start_subject(variant.document.at("subject"), around, guardian, stop);
  if (const auto* never = std::get_if<NeverReady>(&started)) {
    return {Outcome::never_ready,
            never->output_tail.empty() ? never->reason
                                       : fmt::format("{}; it wrote: {}", never->reason, never->output_tail),
            {}};
  }
  if (const auto* died = std::get_if<DiedEarly>(&started)) {
    return {Outcome::died,
            fmt::format("ended with {} before it was ready: {}", died->status.describe(), died->output_tail),
            {}};
  }
  if (std::holds_alternative<StartInterrupted>(started))
    return {Outcome::interrupted, "stopped before the subject was ready", {}};

  Subject& subject = *std::get<std::unique_ptr<Subject>>(started);
  recorder.begin(subject.pid());
  EventWaiter waiter;
  const std::stop_callback wake(stop, [&] { waiter.stop(); });
  End end = sample(variant, stop_rule, stage, subject, recorder, observer, waiter,
                   around.run_directory / (file_stem(variant) + ".subject.log"));
  const StopReport stopped = subject.stop();
  if (stopped.killed && end.outcome == Outcome::completed)
    end.detail += std::string{end.detail.empty() ? "" : "; "} + "did not stop when asked to and was killed";
  return end;
}

}  // namespace

void run_variant(const Variant& variant, const StopRule& stop_rule, RunRecorder& run, Guardian& guardian,
                 RunObserver& observer, std::stop_token stop) {
  VariantRecorder recorder(run, variant.name, variant.replicate);
  const SystemClock system;
  const Nanos began = system.monotonic();
  observer.variant_started(variant);
  End end;
  try {
    Stage stage(variant, recorder, guardian);
    end = run_on_stage(variant, stop_rule, stage, recorder, run.directory(), guardian, observer, stop);
  } catch (const std::exception& e) {
    end = {Outcome::rig_failed, e.what(), {}};
  }
  recorder.end(end.outcome, end.detail, to_seconds(system.monotonic() - began), end.look);
  observer.variant_ended(variant, end.outcome, end.detail);
}

}  // namespace leakrig
