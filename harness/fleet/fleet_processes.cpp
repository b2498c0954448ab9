// What goes on inside the containers that clients created.
#include <algorithm>
#include <csignal>
#include <utility>

#include "harness/fleet/fleet.h"

namespace leakrig {
namespace {

/// What all containers together may hold of what they said; beyond it each keeps a little.
constexpr std::size_t kMostSaidBytes = 64U << 20U;
constexpr std::size_t kLittleSaid = 4096;
constexpr std::size_t kMostEarlyInput = 64 * 1024;
constexpr std::size_t kMostProbeOutput = 4096;

}  // namespace

ProcessSetup Fleet::beside(std::size_t index, std::vector<std::string> command) {
  const auto& container = containers_[index];
  ProcessSetup setup;
  setup.command = std::move(command);
  setup.memory = &process_memory_;
  setup.service_rate = config_.logs.lines_per_s;
  setup.epoch = epoch_;
  if (container.spec) {
    setup.env = container.spec->env;
    setup.directory = container.spec->directory;
  }
  return setup;
}

FileTree& Fleet::files(std::size_t index) {
  auto& container = containers_[index];
  if (!container.inside) {
    container.inside = std::make_unique<Inside>();
    const auto& given = container.spec ? container.spec->hostname : std::string{};
    container.inside->files = FileTree(given.empty() ? container.identity.id.substr(0, 12) : given, file_space_.share());
  }
  container.inside->files.take_work();
  return container.inside->files;
}

std::string Fleet::refusal(std::size_t index) const {
  const auto& container = containers_[index];
  if (!container.spec || !container.inside) return {};
  return Process::refusal(container.spec->command, container.inside->files);
}

ActionResult Fleet::fail_to_start(std::size_t index, Nanos now, int exit_code, const std::string& error) {
  auto& container = containers_[index];
  container.exit_code = exit_code;
  if (container.inside) container.inside->error = error;
  touch(container);
  ActionResult result;
  if (container.spec && container.spec->auto_remove) {
    forget(index);
    result.events.push_back({now, index, "destroy", 0, 0, {}});
  }
  return result;
}

void Fleet::push(std::size_t index, Nanos at, Change::Kind kind) {
  const auto& container = containers_[index];
  push_change({at, index, container.serial, container.lives, kind});
}

void Fleet::begin_process(std::size_t index, Nanos at) {
  auto& container = containers_[index];
  auto& files_there = files(index);
  auto& inside = *container.inside;
  auto setup = beside(index, container.spec->command);
  setup.tty = container.spec->tty;
  setup.is_init = !container.spec->with_init;
  setup.files = &files_there;
  inside.error.clear();
  inside.frozen = inside.stopping = inside.starts_again = false;
  inside.process = std::make_unique<Process>(std::move(setup));
  if (!container.spec->open_stdin || inside.early_input_closed) {
    inside.process->input(std::exchange(inside.early_input, {}), at);
    inside.process->close_input(at);
  } else {
    inside.process->input(std::exchange(inside.early_input, {}), at);
  }
  inside.early_input_closed = false;
  if (container.spec->health) {
    inside.health.begin(at);
    push(index, inside.health.next(*container.spec->health, at), Change::Kind::health);
  }
  absorb(index, at);
}

void Fleet::absorb(std::size_t index, Nanos at) {
  auto& container = containers_[index];
  auto& inside = *container.inside;
  auto& process = *inside.process;
  work_ += process.take_work();
  const auto before = inside.said.bytes();
  bool talked = false;
  for (auto& said : process.take_said()) {
    talked = true;
    if (said.lines > 0) {
      container.timeline.append(at, said.lines);
    } else {
      inside.said.add(said.stream, said.text, at, container.timeline);
    }
  }
  if (process.ended()) inside.said.flush(at, container.timeline);
  said_bytes_ += inside.said.bytes() - before;
  if (said_bytes_ > kMostSaidBytes && inside.said.bytes() > kLittleSaid) {
    said_bytes_ -= inside.said.bytes();
    inside.said.shrink_to(kLittleSaid, container.timeline);
    said_bytes_ += inside.said.bytes();
  }
  if (talked) talkers_.push_back(index);
  const auto after = std::max(at, container.timeline.appended_until());
  if (process.ended()) {
    // runc takes its time: clients look for the start before the end.
    constexpr Nanos kShortestRun = std::chrono::milliseconds{50};
    push(index, std::max(after, *container.started + kShortestRun), Change::Kind::death);
  } else if (process.wakes_at()) {
    push(index, *process.wakes_at(), Change::Kind::wake);
  } else if (process.lines_per_s() > 0 && !container.timeline.is_open() && container.state == ContainerState::running) {
    container.timeline.open(after, process.lines_per_s());
  }
}

void Fleet::wake(std::size_t index, Nanos at, std::vector<LifecycleEvent>& events) {
  auto& container = containers_[index];
  auto& inside = *container.inside;
  if (container.state == ContainerState::paused) {
    inside.frozen = true;
    return;
  }
  if (inside.probe) {
    inside.probe->run(at);
    work_ += inside.probe->take_work();
    const auto& check = *container.spec->health;
    if (inside.probe->ended() || at - *inside.probe_begun >= check.timeout) end_probe(index, at, events);
  }
  if (!inside.process || inside.process->ended()) return;
  const auto due = inside.process->wakes_at();
  if (!due || *due > at) return;
  inside.process->run(at);
  absorb(index, at);
}

bool Fleet::type(std::size_t index, std::string_view bytes, Nanos now) {
  auto& container = containers_[index];
  files(index);
  auto& inside = *container.inside;
  if (!container.spec || !container.spec->open_stdin) return true;
  if (inside.process && container.is_running()) {
    if (!inside.process->takes_input()) return inside.process->ended();
    inside.process->input(bytes, now);
    absorb(index, now);
    return true;
  }
  if (inside.early_input.size() >= kMostEarlyInput) return false;
  inside.early_input += bytes;
  return true;
}

void Fleet::close_input(std::size_t index, Nanos now) {
  auto& container = containers_[index];
  if (!container.spec || !container.inside) return;
  auto& inside = *container.inside;
  if (!container.is_running() || !inside.process) {
    inside.early_input_closed = true;
    return;
  }
  if (inside.process->ended()) return;
  inside.process->close_input(now);
  absorb(index, now);
}

void Fleet::probe_health(std::size_t index, Nanos at, std::vector<LifecycleEvent>& events) {
  auto& container = containers_[index];
  auto& inside = *container.inside;
  if (inside.probe || container.state != ContainerState::running) {
    push(index, at + std::chrono::seconds{1}, Change::Kind::health);
    return;
  }
  const auto& check = *container.spec->health;
  auto setup = beside(index, check.command);
  setup.files = &inside.files;
  std::string command;
  for (const auto& word : check.command) command += (command.empty() ? "" : " ") + word;
  events.push_back({at, index, "exec_create", 0, 0, command});
  events.push_back({at, index, "exec_start", 0, 0, command});
  inside.probe_begun = at;
  inside.probe = std::make_unique<Process>(std::move(setup));
  inside.probe->close_input(at);
  work_ += inside.probe->take_work();
  if (inside.probe->ended()) return end_probe(index, at, events);
  push(index, at + check.timeout, Change::Kind::wake);
  if (inside.probe->wakes_at()) push(index, *inside.probe->wakes_at(), Change::Kind::wake);
}

void Fleet::end_probe(std::size_t index, Nanos at, std::vector<LifecycleEvent>& events) {
  auto& container = containers_[index];
  auto& inside = *container.inside;
  const auto& check = *container.spec->health;
  HealthResult result{*inside.probe_begun, at, inside.probe->ended() ? inside.probe->exit_code() : -1, {}};
  for (const auto& said : inside.probe->take_said()) result.output += said.text;
  if (result.exit_code == -1) result.output = "Health check exceeded timeout";
  if (result.output.size() > kMostProbeOutput) result.output.resize(kMostProbeOutput);
  inside.probe.reset();
  inside.probe_begun.reset();
  events.push_back({at, index, "exec_die", result.exit_code, 0, {}});
  if (inside.health.add(check, std::move(result))) {
    const bool is_healthy = inside.health.state() == HealthState::healthy;
    events.push_back({at, index, is_healthy ? "health_status: healthy" : "health_status: unhealthy", 0, 0, {}});
  }
  touch(container);
  push(index, inside.health.next(check, at), Change::Kind::health);
}

std::vector<NetworkEndpoint> endpoints_of(const Container& container) {
  if (container.inside && container.inside->moved) return container.inside->endpoints;
  const auto& identity = container.identity;
  if (container.spec) return {};
  return {{identity.network, identity.network_id, identity.ip_address, identity.mac_address, "172.18.0.1", 16, {}}};
}

void Fleet::set_endpoints(std::size_t index, std::vector<NetworkEndpoint> endpoints) {
  files(index);
  auto& container = containers_[index];
  container.inside->endpoints = std::move(endpoints);
  container.inside->moved = true;
  touch(container);
}

void Fleet::set_ports(std::size_t index, std::vector<PublishedPort> ports) {
  containers_[index].identity.ports = std::move(ports);
  touch(containers_[index]);
}

void Fleet::set_restart_policy(std::size_t index, const std::string& name, int at_most) {
  auto& container = containers_[index];
  if (!container.spec) return;
  container.spec->restart_policy = name;
  container.spec->restarts_at_most = at_most;
  touch(container);
}

void Fleet::set_given(std::size_t index, std::string given) {
  auto& container = containers_[index];
  if (container.spec) {
    created_bytes_ -= container.spec->cost();
    container.spec->given = std::move(given);
    created_bytes_ += container.spec->cost();
  } else {
    files(index);
    container.inside->given = std::move(given);
  }
  touch(container);
}

const std::string& given_of(const Container& container) {
  static const std::string kNothing;
  if (container.spec) return container.spec->given;
  return container.inside ? container.inside->given : kNothing;
}

const SaidLine* Fleet::said(std::size_t index, std::uint64_t sequence) const {
  const auto& container = containers_[index];
  return container.inside ? container.inside->said.find(sequence) : nullptr;
}

}  // namespace leakrig
