#include "harness/fleet/fleet.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <functional>
#include <utility>

namespace leakrig {
namespace {

// Streams of draws, so that one kind never shifts another.
constexpr std::uint64_t kPhaseDraw = 1;
constexpr std::uint64_t kLifetimeDraw = 2;
constexpr std::uint64_t kExitCodeDraw = 3;

constexpr double kLongestHistory = 4e17;  // twelve years
constexpr Nanos kShortestLife = std::chrono::milliseconds{1};

/// What one advance() does at most, some milliseconds (Process::take_work), and what a change counts as.
constexpr std::uint64_t kWorkAnAdvance = 8'000'000;
constexpr std::uint64_t kChangeWork = 2000;

Nanos draw_lifetime(std::uint64_t seed, std::size_t index, std::uint64_t lives, Nanos mean) {
  const auto unit = seeded_unit(seed ^ (lives << 20), kLifetimeDraw, index);
  const auto life = -std::log1p(-unit) * static_cast<double>(mean.count());
  return std::max(kShortestLife, Nanos{std::llround(life)});
}

/// Of a container whose deaths come evenly: the first life ends at its own place in a cycle.
Nanos even_lifetime(std::size_t index, std::size_t containers, std::uint64_t lives,
                    const ChurnConfig& churn) {
  if (lives > 1) return churn.lifetime;
  const auto cycle = static_cast<double>((churn.lifetime + churn.restart_after).count());
  const auto place = (static_cast<double>(index) + 0.5) / static_cast<double>(containers);
  return std::max(kShortestLife, Nanos{std::llround(cycle * place)});
}

int draw_exit_code(std::uint64_t seed, std::size_t index, std::uint64_t lives) {
  const auto unit = seeded_unit(seed ^ (lives << 20), kExitCodeDraw, index);
  return unit < 0.6 ? 0 : unit < 0.9 ? 1 : 137;
}

}  // namespace

const char* to_string(ContainerState state) {
  switch (state) {
    case ContainerState::created:
      return "created";
    case ContainerState::running:
      return "running";
    case ContainerState::paused:
      return "paused";
    case ContainerState::restarting:
      return "restarting";
    case ContainerState::removing:
      return "removing";
    case ContainerState::exited:
      return "exited";
    case ContainerState::dead:
      return "dead";
  }
  return "dead";
}

Fleet::Fleet(const FleetConfig& config) : config_(config) {
  const auto& logs = config.logs;
  for (std::size_t i = 0; i < config.containers; ++i) {
    Container container;
    container.identity = make_identity(config.seed, i);
    container.logs = logs;
    container.timeline = LogTimeline(seeded_unit(config.seed, kPhaseDraw, i));
    // History is a run that ended as the scenario began, at the fleet's rate or a line a second.
    Nanos born{0};
    if (logs.history > 0) {
      const auto rate = logs.lines_per_s > 0 ? logs.lines_per_s : 1.0;
      born = -Nanos{std::llround(std::min(static_cast<double>(logs.history) * 1e9 / rate, kLongestHistory))};
      container.timeline.open(born, rate);
      container.timeline.close(Nanos{-1});
    }
    container.created = born - std::chrono::seconds{1};
    by_name_.emplace(container.identity.name, i);
    by_id_.emplace(container.identity.id, i);
    container.serial = created_++;
    by_age_.emplace(container.serial, i);
    containers_.push_back(std::move(container));
    begin(i, Nanos{0});
    containers_[i].started = born;
  }
}

ContainerLookup Fleet::find(std::string_view reference) const {
  if (reference.empty()) return {};
  if (const auto exact = by_id_.find(reference); exact != by_id_.end()) return {exact->second, false};
  const auto bare = reference.front() == '/' ? reference.substr(1) : reference;
  if (const auto named = by_name_.find(std::string{bare}); named != by_name_.end())
    return {named->second, false};
  const auto match = by_id_.lower_bound(reference);
  if (match == by_id_.end() || !match->first.starts_with(reference)) return {};
  if (const auto next = std::next(match); next != by_id_.end() && next->first.starts_with(reference))
    return {{}, true};
  return {match->second, false};
}

std::optional<std::size_t> Fleet::named(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? std::nullopt : std::optional{found->second};
}

std::vector<LifecycleEvent> Fleet::advance(Nanos now) {
  // What was left behind happens now: containers that are busy get a turn each, not all that they have missed.
  const bool was_behind = std::exchange(is_behind_, false);
  std::vector<LifecycleEvent> events;
  work_ = 0;
  for (drop_void_changes(); !changes_.empty() && changes_.front().at <= now; drop_void_changes()) {
    if (work_ >= kWorkAnAdvance) {
      is_behind_ = true;
      break;
    }
    work_ += kChangeWork;
    auto change = pop_change();
    if (was_behind) change.at = now;
    auto& container = containers_[change.container];
    switch (change.kind) {
      case Change::Kind::death:
        end_by_itself(change, events);
        break;
      case Change::Kind::start:
        begin(change.container, change.at);
        ++container.restart_count;
        events.push_back({change.at, change.container, "start", 0, 0, {}});
        break;
      case Change::Kind::wake:
        wake(change.container, change.at, events);
        break;
      case Change::Kind::kill:
        events.push_back({change.at, change.container, "kill", 0, SIGKILL, {}});
        for (auto& event : exit(change.container, change.at, 128 + SIGKILL).events) events.push_back(std::move(event));
        break;
      case Change::Kind::health:
        probe_health(change.container, change.at, events);
        break;
    }
  }
  return events;
}

void Fleet::end_by_itself(const Change& change, std::vector<LifecycleEvent>& events) {
  const auto& container = containers_[change.container];
  const auto code = container.spec ? container.inside->process->exit_code()
                                   : draw_exit_code(config_.seed, change.container, change.lives);
  for (auto& event : exit(change.container, change.at, code).events) events.push_back(std::move(event));
}

std::optional<Nanos> Fleet::next_change() const {
  // A void change at the top only makes the caller look once more.
  if (changes_.empty()) return std::nullopt;
  return changes_.front().at;
}

bool Fleet::goes_to_stderr(std::size_t index, std::uint64_t sequence) const {
  if (const auto* const line = said(index, sequence)) return line->stream == 2;
  const auto every = containers_[index].logs.stderr_every;
  return every != 0 && sequence % every == every - 1;
}

SequenceRange Fleet::written(std::size_t index, Nanos from, Nanos to) const {
  const auto& timeline = containers_[index].timeline;
  return {timeline.written_until(from), timeline.written_until(to)};
}

void Fleet::begin(std::size_t index, Nanos at) {
  auto& container = containers_[index];
  container.state = ContainerState::running;
  container.started = at;
  container.exit_code = 0;
  container.stopped_by_hand = false;
  ++container.lives;
  container.pid = static_cast<int>(2000 + seeded_bits(config_.seed, container.lives, index) % 30000);
  ++running_;
  touch(container);
  if (container.spec) {
    begin_process(index, at);
    return;
  }
  container.timeline.open(at, container.logs.lines_per_s);
  if (config_.churn) {
    const auto life = config_.churn->even
                          ? even_lifetime(index, std::max<std::size_t>(config_.containers, index + 1),
                                          container.lives, *config_.churn)
                          : draw_lifetime(config_.seed, index, container.lives, config_.churn->lifetime);
    push(index, at + life, Change::Kind::death);
  }
}

void Fleet::end(std::size_t index, Nanos at, int exit_code) {
  auto& container = containers_[index];
  container.state = ContainerState::exited;
  container.finished = at;
  container.exit_code = exit_code;
  container.pid = 0;
  container.timeline.close(at);
  if (container.inside && container.inside->process) {
    auto& inside = *container.inside;
    const auto before = inside.said.bytes();
    inside.said.flush(at, container.timeline);
    said_bytes_ += inside.said.bytes() - before;
    inside.process.reset();
    inside.probe.reset();
    inside.probe_begun.reset();
    inside.health.stop();
  }
  --running_;
  touch(container);
}

std::optional<Nanos> Fleet::restart_after(Container& container) const {
  if (container.stopped_by_hand) return std::nullopt;
  if (!container.spec) return config_.churn ? std::optional{config_.churn->restart_after} : std::nullopt;
  const auto& policy = container.spec->restart_policy;
  const auto most = static_cast<std::uint64_t>(container.spec->restarts_at_most);
  const bool again = policy == "always" || policy == "unless-stopped" ||
                     (policy == "on-failure" && container.exit_code != 0 && (most == 0 || container.restart_count < most));
  if (!again) return std::nullopt;
  // dockerd's back-off (moby restartmanager): doubled up to a minute, begun anew after a life of ten seconds.
  constexpr Nanos kFirst = std::chrono::milliseconds{100};
  constexpr Nanos kLongest = std::chrono::minutes{1};
  auto& next = container.inside->next_restart;
  next = next == Nanos{0} || *container.finished - *container.started >= std::chrono::seconds{10} ? kFirst : std::min(2 * next, kLongest);
  return next;
}

bool Fleet::is_void(const Change& change) const {
  const auto& container = containers_[change.container];
  if (container.removed || change.serial != container.serial || change.lives != container.lives) return true;
  if (change.kind == Change::Kind::start) return container.is_running() || container.stopped_by_hand;
  if (!container.is_running()) return true;
  // A process that was killed meanwhile, or stopped for good, has no end of its own to come.
  return change.kind == Change::Kind::kill && !container.inside->stopping;
}

void Fleet::drop_void_changes() {
  while (!changes_.empty() && is_void(changes_.front())) pop_change();
}

void Fleet::push_change(const Change& change) {
  changes_.push_back(change);
  std::push_heap(changes_.begin(), changes_.end(), std::greater<>{});
}

Fleet::Change Fleet::pop_change() {
  std::pop_heap(changes_.begin(), changes_.end(), std::greater<>{});
  const auto change = changes_.back();
  changes_.pop_back();
  return change;
}

}  // namespace leakrig
