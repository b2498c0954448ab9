#include "harness/run/audit_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/core/units.h"
#include "harness/run/await_probes.h"
#include "harness/run/run_plan.h"
#include "harness/run/subject_probes.h"

namespace leakrig {
namespace {

/// Rests before the first occurrence.
constexpr int kControlRests = 4;
/// Occurrences that fall on several containers at once are told apart by number; so many steps there are at least.
constexpr int kSteps = 6;
constexpr Nanos kLongestSettle = std::chrono::seconds{20};
/// Lines written last are on their way.
constexpr Nanos kLinesOnTheirWay = std::chrono::milliseconds{1000};
/// More requests a second of wall time than these, for each stream that was open, are no retries with a pause.
constexpr double kStormPerStream = 50;
/// Steps in a row after which a subject that does not recover is not asked again.
constexpr int kMostUnrecovered = 3;

Variant with_standing_faults(Variant variant, const Stimulus& stimulus) {
  if (!stimulus.holds_streams_open) return variant;
  FaultConfig held;
  held.kind = FaultKind::hold_open;
  held.endpoint = "GET /containers/{id}/logs*";
  variant.faults.push_back(held);
  return variant;
}

std::vector<Probe*> raw(const std::vector<std::unique_ptr<Probe>>& probes) {
  std::vector<Probe*> pointers;
  for (const auto& probe : probes) pointers.push_back(probe.get());
  return pointers;
}

Stimulus at_pace(Stimulus stimulus, const AuditPace& pace) {
  stimulus.hold = from_seconds(to_seconds(stimulus.hold) * pace.hold);
  stimulus.delay = from_seconds(to_seconds(stimulus.delay) * pace.hold);
  return stimulus;
}

}  // namespace

AuditRun::AuditRun(const Variant& variant, const Stimulus& stimulus, const AuditServices& services,
                   std::stop_token stop)
    : variant_(variant),
      stimulus_(at_pace(stimulus, AuditPace::of(variant.sampling.time_scale))),
      services_(services),
      stop_(std::move(stop)),
      pace_(AuditPace::of(variant.sampling.time_scale)),
      recorder_(services.recorder, variant.name),
      watch_(recorder_),
      wanted_(services.occurrences) {}

void AuditRun::run() {
  const Nanos began = now();
  services_.observer.variant_started(variant_);
  Outcome outcome = Outcome::completed;
  try {
    Stage stage(with_standing_faults(variant_, stimulus_), watch_, services_.guardian);
    outcome = run_on(stage);
    rests_.reset();
    probes_.clear();
    launch_.subject.reset();
  } catch (const std::exception& e) {
    outcome = Outcome::rig_failed;
    detail_ = e.what();
  }
  recorder_.audit(facts_);
  recorder_.end(outcome, detail_, to_seconds(now() - began));
  services_.observer.variant_ended(variant_, outcome, detail_);
}

Outcome AuditRun::run_on(Stage& stage) {
  const auto around = stage.surroundings(variant_, services_.recorder.directory());
  launch_ = launch_subject(variant_.subject, around, services_.guardian, stop_);
  detail_ = launch_.detail;
  if (launch_.subject == nullptr) return launch_.outcome;
  if (const auto unserved = await_probes(launch_.prepared, *launch_.subject, stop_)) {
    detail_ = *unserved;
    launch_.subject->stop();
    return Outcome::never_ready;
  }
  recorder_.begin(launch_.subject->pid());
  const std::stop_callback wake(stop_, [this] { waiter_.stop(); });
  const Ended ended = measure(stage);
  const bool died = !launch_.subject->alive();
  if (died) {
    facts_.recovered = false;
    facts_.missing = "the subject itself";
    detail_ = how_it_died(*launch_.subject, around.variant + ".subject.log");
  }
  if (launch_.subject->stop().killed) detail_ += std::string{detail_.empty() ? "" : "; "} + "had to be killed";
  if (stop_.stop_requested()) return Outcome::interrupted;
  return died ? Outcome::died : ended.value_or(Outcome::completed);
}

AuditRun::Ended AuditRun::measure(Stage& stage) {
  probes_ = make_subject_probes(launch_.prepared, launch_.subject->pid(), stage.system(), launch_.subject->tree_root());
  rests_.emplace(raw(probes_), waiter_, system_, pace_);
  if (!settle()) return Outcome::interrupted;
  if (services_.needs_requests && watch_.requests() == 0 && launch_.subject->alive()) {
    facts_.met = false;
    facts_.why_not = fmt::format("it made no request within {:.3g} s (--wait)", to_seconds(services_.first_request));
    return std::nullopt;
  }
  t0_ = stage.clock().now();
  recorder_.set_origin(to_seconds(t0_));
  stage.sink().start_window(stage.clock().epoch_at(t0_));
  stage.docker().set_fault_origin(t0_);
  for (int i = 0; i < kControlRests; ++i) {
    if (!take_rest(stage) || !pause(pace_.gap)) return std::nullopt;
  }
  before_ = watch_.footing();
  facts_.cpu_before = cores_in_use();

  do {
    if (!bring_occurrences(stage)) return std::nullopt;
    await_recovery(to_seconds(stage.clock().now()), pace_.last, true);
    facts_.recovered = facts_.missing.empty();
    cpu_.clear();
    if (!take_rest(stage) || !pause(2 * pace_.rest) || !take_rest(stage)) return std::nullopt;
  } while (facts_.recovered && wants_as_many_again());
  const double streams = std::max(1.0, static_cast<double>(before_.followed.size()));
  facts_.storms = static_cast<double>(facts_.requests_down) > kStormPerStream * streams * facts_.down_s &&
                  facts_.down_s > 0;
  facts_.cpu_after = cores_in_use();
  record_delivery(stage);
  return std::nullopt;
}

bool AuditRun::bring_occurrences(Stage& stage) {
  int unrecovered = 0;
  for (std::size_t& number = steps_; occurrences_ < wanted_ && unrecovered < kMostUnrecovered; ++number) {
    if (stop_.stop_requested() || !launch_.subject->alive()) return false;
    facts_.missing.clear();
    if (!step(stage, number)) {
      if (occurrences_ > 0) break;
      facts_.met = false;
      if (facts_.why_not.empty()) facts_.why_not = "it did not ask for what goes wrong";
      return false;
    }
    unrecovered = facts_.missing.empty() ? 0 : unrecovered + 1;
    if (!take_rest(stage)) return false;
  }
  return true;
}

bool AuditRun::wants_as_many_again() {
  const bool are_brought = occurrences_ >= wanted_ && wanted_ == services_.occurrences;
  if (!are_brought || !services_.undecided || !services_.undecided(rests_taken_)) return false;
  wanted_ *= 2;
  return true;
}

bool AuditRun::settle() {
  const Nanos started = now();
  while (watch_.requests() == 0 && now() - started < services_.first_request && launch_.subject->alive()) {
    if (!pause(pace_.gap)) return false;
  }
  const Nanos first = now();
  Nanos changed = first;
  std::size_t followed = 0;
  std::size_t asked = 0;
  while (now() - changed < pace_.settle && now() - first < kLongestSettle && launch_.subject->alive()) {
    const Footing footing = watch_.footing();
    if (footing.followed.size() != followed || footing.endpoints.size() != asked) changed = now();
    followed = footing.followed.size();
    asked = footing.endpoints.size();
    if (!pause(pace_.gap)) return false;
  }
  return true;
}

std::vector<std::string> AuditRun::targets(Stage& stage, std::size_t number) {
  const auto running = stage.docker().interventions().running();
  const auto left = static_cast<std::size_t>(std::max(1.0, wanted_ - occurrences_));
  const auto batch = static_cast<std::size_t>(std::max(1, (services_.occurrences + kSteps - 1) / kSteps));
  const std::size_t count = std::min({batch, left, std::max<std::size_t>(1, running.size() / 2)});
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(count, running.size()); ++i)
    names.push_back(running[(number * count + i) % running.size()]);
  return names;
}

std::uint64_t AuditRun::hits(Stage& stage) const {
  return stimulus_.is_of_sink() ? stage.sink().fault_hits() : stage.docker().interventions().staged_hits();
}

bool AuditRun::step(Stage& stage, std::size_t number) {
  Scene scene{stage.docker().interventions(), stage.sink(), targets(stage, number), number,
              before_.event_streams > 0, stage.clock().to_wall(stimulus_.hold)};
  if (stimulus_.per_container && scene.containers.empty()) {
    facts_.why_not = "no container runs any more";
    return false;
  }
  if (stimulus_.removes) {
    for (const auto& name : scene.containers) removed_ += before_.followed.contains(name) ? 1 : 0;
  }
  const auto hits_before = stimulus_.is_hit() ? hits(stage) : 0;
  const double began_s = to_seconds(stage.clock().now());
  stimulus_.begin(stimulus_, scene);
  if (!wait_until_over(stage, scene, hits_before, began_s)) return false;
  const double over_s = to_seconds(stage.clock().now());
  if (stimulus_.end != nullptr) stimulus_.end(stimulus_, scene);
  if (stimulus_.is_hit()) {
    occurrences_ += static_cast<double>(hits(stage) - hits_before);
  } else {
    occurrences_ += stimulus_.per_container ? static_cast<double>(scene.containers.size()) : 1;
  }
  if (stimulus_.over == Over::held && stimulus_.name != kTwin) {
    const double scale = stage.clock().scale();
    facts_.down_s += (over_s - began_s) / scale;
    facts_.requests_down += watch_.requests_between(began_s, over_s);
    facts_.longest_pause_s = std::max(facts_.longest_pause_s, watch_.longest_pause(began_s, over_s) / scale);
  }
  await_recovery(over_s, pace_.recovery, false);
  return true;
}

bool AuditRun::wait_until_over(Stage& stage, const Scene& scene, std::uint64_t hits_before,
                               double began_s) {
  if (stimulus_.over == Over::at_once) return true;
  const Nanos deadline = now() + stage.clock().to_wall(stimulus_.hold);
  const std::uint64_t wanted = stimulus_.per_container ? scene.containers.size() : 1;
  constexpr int kLooksOfEvents = 4;  // those are there at once
  for (int looks = 0; now() < deadline; ++looks) {
    if (!launch_.subject->alive()) return true;
    if (stimulus_.over == Over::hit && hits(stage) - hits_before >= wanted) return true;
    if (stimulus_.over == Over::noticed && watch_.has_listed_since(began_s)) return true;
    if (stimulus_.over == Over::noticed && scene.has_events && looks >= kLooksOfEvents) return true;
    if (!pause(std::min(pace_.gap, deadline - now()))) return false;
  }
  return stimulus_.over != Over::hit || hits(stage) > hits_before;
}

std::string AuditRun::missing_since(double over_s, bool at_the_end) const {
  const Footing after = watch_.footing();
  const std::size_t wanted = before_.followed.size() - std::min(before_.followed.size(), removed_);
  if (after.followed.size() < wanted)
    return fmt::format("{} of {} log streams", wanted - after.followed.size(), wanted);
  if (after.event_streams < std::min<std::uint64_t>(1, before_.event_streams)) return "the event stream";
  const bool polls_only = before_.followed.empty() && before_.event_streams == 0;
  if (polls_only && !before_.endpoints.empty() && !watch_.was_answered_since(over_s)) return "its requests";
  if (before_.pushes && (at_the_end || stimulus_.is_of_sink()) && !watch_.has_delivered_since(over_s))
    return "its deliveries";
  return "";
}

void AuditRun::await_recovery(double over_s, Nanos patience, bool at_the_end) {
  const Nanos began = now();
  for (;;) {
    facts_.missing = missing_since(over_s, at_the_end);
    if (facts_.missing.empty() || now() - began >= patience || !launch_.subject->alive()) break;
    if (!pause(pace_.gap)) break;
  }
  if (!at_the_end) facts_.recovery_s = std::max(facts_.recovery_s, to_seconds(now() - began));
}

bool AuditRun::take_rest(Stage& stage) {
  auto rest = rests_->read();
  if (!rest) return false;
  rest->variant = variant_.name;
  rest->t_s = rest->due_s = to_seconds(stage.clock().now() - t0_);
  rest->values[metric::kLoadCount] = occurrences_;
  if (const auto cpu = rest->values.find(metric::kCpuSeconds); cpu != rest->values.end())
    cpu_.emplace_back(now(), cpu->second);
  recorder_.record(*rest);
  rests_taken_.push_back(*rest);
  services_.observer.sampled(variant_, *rest);
  return true;
}

void AuditRun::record_delivery(Stage& stage) {
  if (!variant_.subject.asks_for_sink() || stimulus_.removes || stimulus_.renames) return;
  const Nanos end = stage.clock().now();
  const auto written = stage.docker().lines_written(t0_, end);
  recorder_.deliver(
      {to_seconds(end - t0_), stage.settled_delivery(written, kLinesOnTheirWay, pace_.gap, waiter_)});
}

double AuditRun::cores_in_use() const {
  if (cpu_.size() < 2) return 0;
  const double wall = to_seconds(cpu_.back().first - cpu_.front().first);
  return wall > 0 ? (cpu_.back().second - cpu_.front().second) / wall : 0;
}

bool AuditRun::pause(Nanos wall) {
  return waiter_.wait_until(now() + wall);
}

}  // namespace leakrig
