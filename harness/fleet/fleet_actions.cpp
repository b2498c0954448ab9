// What clients do to a fleet's containers.
#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "harness/fleet/fleet.h"

namespace leakrig {
namespace {

bool ends_a_process(int signal) {
  constexpr std::array kHarmless{SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
  return signal != 0 && std::find(kHarmless.begin(), kHarmless.end(), signal) == kHarmless.end();
}

/// As dockerd makes names up: an adjective and somebody who is remembered for something.
std::string made_up_name(std::uint64_t bits) {
  constexpr std::array<std::string_view, 16> kAdjectives{
      "brave",  "calm",  "clever", "eager", "gentle", "happy", "keen",      "lucid",
      "modest", "quiet", "sharp",  "stoic", "sweet",  "vivid", "wonderful", "zen"};
  constexpr std::array<std::string_view, 16> kPeople{
      "babbage", "curie",    "dijkstra", "euler",  "galois",  "hopper",  "kepler", "lamport",
      "liskov",  "lovelace", "noether",  "pascal", "ritchie", "shannon", "turing", "wozniak"};
  return fmt::format("{}_{}", kAdjectives[bits % 16], kPeople[(bits >> 4) % 16]);
}

}  // namespace

ActionResult Fleet::start(std::size_t index, Nanos now) {
  if (containers_[index].is_running()) return {ActionOutcome::already_so, {}};
  auto& container = containers_[index];
  container.restart_count = 0;
  if (container.inside) container.inside->next_restart = Nanos{0};
  begin(index, now);
  return {ActionOutcome::done, {{now, index, "start", 0, 0, {}}}};
}

ActionResult Fleet::stop(std::size_t index, Nanos now, int signal, Nanos timeout) {
  auto& container = containers_[index];
  // Also takes back the restart of one that has died by itself.
  container.stopped_by_hand = true;
  if (container.state == ContainerState::restarting) {
    container.state = ContainerState::exited;
    touch(container);
  }
  if (!container.is_running()) return {ActionOutcome::already_so, {}};
  if (container.spec) container.inside->stopping = true;
  auto result = deliver(index, now, signal);
  if (!container.spec) result.events.push_back({now, index, "stop", 0, 0, {}});
  if (container.removed || !container.is_running()) return result;
  if (timeout == Nanos{0}) {
    for (auto& event : deliver(index, now, SIGKILL).events) result.events.push_back(std::move(event));
    return result;
  }
  if (timeout > Nanos{0}) push(index, now + timeout, Change::Kind::kill);
  result.outcome = ActionOutcome::pending;
  return result;
}

ActionResult Fleet::deliver(std::size_t index, Nanos now, int signal) {
  auto& container = containers_[index];
  ActionResult result{ActionOutcome::done, {{now, index, "kill", 0, signal, {}}}};
  int code = 128 + signal;
  if (container.spec) {
    auto& process = *container.inside->process;
    const bool had_ended = process.ended();
    process.signal(signal, now);
    if (!process.ended()) {
      absorb(index, now);
      return result;
    }
    if (!had_ended) absorb(index, now);
    code = process.exit_code();
    now = std::max(now, container.timeline.appended_until());
  } else if (!ends_a_process(signal)) {
    return result;
  }
  for (auto& event : exit(index, now, code).events) result.events.push_back(std::move(event));
  return result;
}

ActionResult Fleet::exit(std::size_t index, Nanos now, int exit_code) {
  auto& container = containers_[index];
  if (!container.is_running()) return {ActionOutcome::not_running, {}};
  const bool is_stopping = container.inside && container.inside->stopping;
  end(index, now, exit_code);
  ActionResult result{ActionOutcome::done, {{now, index, "die", exit_code, 0, {}}}};
  if (is_stopping) result.events.push_back({now, index, "stop", 0, 0, {}});
  if (container.inside && container.inside->starts_again) {
    begin(index, now);
    result.events.push_back({now, index, "start", 0, 0, {}});
    result.events.push_back({now, index, "restart", 0, 0, {}});
  } else if (const auto pause = restart_after(container)) {
    if (container.spec) container.state = ContainerState::restarting;
    push(index, now + *pause, Change::Kind::start);
  } else if (container.spec && container.spec->auto_remove) {
    forget(index);
    result.events.push_back({now, index, "destroy", 0, 0, {}});
  }
  return result;
}

ActionResult Fleet::restart(std::size_t index, Nanos now, int signal, Nanos timeout) {
  auto& container = containers_[index];
  ActionResult result;
  if (container.is_running()) {
    if (container.spec) container.inside->starts_again = true;
    result = stop(index, now, signal, timeout);
    if (container.spec) return result;
  }
  begin(index, now);
  result.events.push_back({now, index, "start", 0, 0, {}});
  result.events.push_back({now, index, "restart", 0, 0, {}});
  return result;
}

ActionResult Fleet::kill(std::size_t index, Nanos now, int signal) {
  auto& container = containers_[index];
  if (!container.is_running()) return {ActionOutcome::not_running, {}};
  // A restart policy leaves alone what was killed.
  const bool was_stopped = std::exchange(container.stopped_by_hand, true);
  auto result = deliver(index, now, signal);
  if (container.is_running()) container.stopped_by_hand = was_stopped;
  return result;
}

ActionResult Fleet::pause(std::size_t index, Nanos now) {
  auto& container = containers_[index];
  if (!container.is_running()) return {ActionOutcome::not_running, {}};
  if (container.state == ContainerState::paused) return {ActionOutcome::impossible, {}};
  container.state = ContainerState::paused;
  container.timeline.close(now);
  touch(container);
  return {ActionOutcome::done, {{now, index, "pause", 0, 0, {}}}};
}

ActionResult Fleet::unpause(std::size_t index, Nanos now) {
  auto& container = containers_[index];
  if (container.state != ContainerState::paused) return {ActionOutcome::impossible, {}};
  container.state = ContainerState::running;
  if (!container.spec) container.timeline.open(now, container.logs.lines_per_s);
  if (container.spec && container.inside->process && !container.inside->process->ended()) {
    container.inside->process->run(now);
    absorb(index, now);
  }
  touch(container);
  return {ActionOutcome::done, {{now, index, "unpause", 0, 0, {}}}};
}

ActionResult Fleet::rename(std::size_t index, Nanos now, const std::string& name) {
  auto& container = containers_[index];
  const auto old_name = container.identity.name;
  by_name_.erase(old_name);
  by_name_.emplace(name, index);
  container.identity.name = name;
  touch(container);
  return {ActionOutcome::done, {{now, index, "rename", 0, 0, old_name}}};
}

ActionResult Fleet::remove(std::size_t index, Nanos now, bool force) {
  auto& container = containers_[index];
  ActionResult result;
  if (container.is_running()) {
    if (!force) return {ActionOutcome::impossible, {}};
    result = kill(index, now, SIGKILL);
  }
  if (container.removed) return result;
  forget(index);
  result.events.push_back({now, index, "destroy", 0, 0, {}});
  return result;
}

void Fleet::forget(std::size_t index) {
  auto& container = containers_[index];
  container.removed = true;
  by_age_.erase(container.serial);
  if (container.spec) {
    created_bytes_ -= container.spec->cost();
    if (container.inside) said_bytes_ -= container.inside->said.bytes();
    if (holds_.count(index) == 0) retired_.push_back(index);
  }
  by_name_.erase(container.identity.name);
  by_id_.erase(container.identity.id);
  touch(container);
}

void Fleet::release(std::size_t index) {
  const auto held = holds_.find(index);
  if (--held->second > 0) return;
  holds_.erase(held);
  const auto& container = containers_[index];
  if (container.removed && container.spec) retired_.push_back(index);
}

void Fleet::clean_up() {
  for (const auto index : retired_) {
    // Held again by a request that had found it just before.
    if (holds_.count(index) != 0) continue;
    Container nothing;
    nothing.removed = true;
    containers_[index] = std::move(nothing);
    free_.push_back(index);
  }
  retired_.clear();
  constexpr std::size_t kFew = 256;
  if (changes_.size() <= 2 * kept_changes_ + kFew) return;
  // Ends that will not come: a removed container's `sleep 1000000`.
  std::erase_if(changes_, [this](const Change& change) { return is_void(change); });
  std::make_heap(changes_.begin(), changes_.end(), std::greater<>{});
  kept_changes_ = changes_.size();
}

std::size_t Fleet::free_index() {
  clean_up();
  if (free_.empty()) {
    free_.push_back(containers_.size());
    containers_.emplace_back();
  }
  const auto index = free_.back();
  free_.pop_back();
  return index;
}

ActionResult Fleet::create(const ContainerSpec& spec, Nanos now) {
  const auto index = free_index();
  const auto serial = created_++;
  Container container;
  auto& identity = container.identity;
  // Network addresses as any container of the fleet has them; the rest is the client's.
  identity = make_identity(config_.seed, serial);
  identity.id = seeded_hex_id(config_.seed, fmt::format("created/{}", serial));
  identity.name = spec.name;
  for (std::uint64_t attempt = 0; identity.name.empty() || by_name_.count(identity.name) != 0; ++attempt) {
    identity.name = made_up_name(seeded_bits(config_.seed, serial, attempt));
    if (attempt > 1000) identity.name += fmt::format("_{}", attempt);
  }
  identity.image = spec.image;
  identity.image_id = spec.image_id.empty() ? "sha256:" + seeded_hex_id(0, "image/" + spec.image) : spec.image_id;
  identity.command = spec.command;
  identity.labels = spec.labels;
  identity.ports = spec.ports;
  identity.network = spec.network.empty() || spec.network == "default" ? "bridge" : spec.network;
  identity.network_id.clear();
  identity.ip_address.clear();
  identity.mac_address.clear();
  identity.volumes.clear();
  for (const auto& mount : spec.mounts) {
    if (mount.type == "volume") identity.volumes.push_back(mount.name);
  }
  identity.has_healthcheck = false;
  container.serial = serial;
  container.spec = spec;
  container.spec->labels.clear();  // the identity has them
  created_bytes_ += container.spec->cost();
  container.logs = config_.logs;
  container.logs.tty = spec.tty;
  container.logs.stderr_every = 0;
  container.created = now;
  by_name_.emplace(identity.name, index);
  by_id_.emplace(identity.id, index);
  by_age_.emplace(serial, index);
  containers_[index] = std::move(container);
  files(index);
  set_endpoints(index, spec.endpoints);
  return {ActionOutcome::done, {{now, index, "create", 0, 0, {}}}};
}

}  // namespace leakrig
