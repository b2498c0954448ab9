#include "harness/fake_docker/state/daemon.h"

#include <boost/asio/steady_timer.hpp>
#include <algorithm>
#include <csignal>
#include <utility>

#include "harness/core/units.h"
#include "harness/fake_docker/http/errors.h"

namespace leakrig {

struct Daemon::Timer {
  explicit Timer(boost::asio::io_context& io) : timer(io) {}
  boost::asio::steady_timer timer;
};

Daemon::Daemon(boost::asio::io_context& context, const FleetConfig& config,
               const ScenarioClock& scenario_clock, LedgerSink& sink, ApiWindow api_window,
               FaultEngine fault_engine)
    : io(context),
      clock(scenario_clock),
      api(api_window),
      fleet(config),
      faults(std::move(fault_engine)),
      ledger(clock, sink, counters),
      networks(config.seed, config.containers > 0),
      volumes(config.seed),
      change_timer_(std::make_unique<Timer>(io)) {
  counters.running_containers = fleet.running();
  fleet.set_epoch(clock.epoch_at(Nanos{0}));
  for (std::size_t i = 0; i < fleet.size(); ++i)
    images.add(fleet.at(i).identity.image, fleet.at(i).identity.command);
  arm();
}

Daemon::~Daemon() = default;

void Daemon::advance() {
  fleet.clean_up();
  const auto now = clock.now();
  advance_execs(now);
  const auto next = fleet.next_change();
  if (!next || *next > now) return;
  announce(fleet.advance(now));
}

void Daemon::advance_execs(Nanos now) {
  const auto next = execs.next_wake();
  if (!next || *next > now) return;
  for (const auto& id : execs.advance(now)) {
    const auto* const exec = execs.find(id);
    publish_of(exec->container, "exec_die", {{"execID", id}, {"exitCode", std::to_string(exec->exit_code)}});
  }
}

void Daemon::publish_change(const LifecycleEvent& change) {
  const auto& container = fleet.at(change.container);
  DockerEvent event;
  event.epoch = clock.epoch_at(change.at);
  event.action = change.action;
  event.actor_id = container.identity.id;
  event.attributes = container.identity.labels;
  event.attributes["name"] = container.identity.name;
  event.attributes["image"] = container.identity.image;
  if (change.action == "die") {
    event.attributes["exitCode"] = std::to_string(change.exit_code);
    const auto lived = change.at - container.started.value_or(change.at);
    event.attributes["execDuration"] = std::to_string(lived / std::chrono::seconds{1});
  }
  if (change.action == "kill") event.attributes["signal"] = std::to_string(change.signal);
  if (change.action == "rename") event.attributes["oldName"] = "/" + change.old_name;
  if (change.action.starts_with("exec_")) {
    event.attributes["execID"] = seeded_hex_id(0, "probe/" + container.identity.id);
    if (change.action == "exec_die") event.attributes["exitCode"] = std::to_string(change.exit_code);
    if (!change.old_name.empty()) event.action += ": " + change.old_name;
  }
  events.publish(std::move(event), monotonic());
}

void Daemon::publish_around(const LifecycleEvent& change) {
  const auto& container = fleet.at(change.container);
  // The fleet's own are many, and their networks nobody's concern.
  if (!container.spec) return;
  const bool starts = change.action == "start";
  if (starts || change.action == "die") {
    for (const auto& endpoint : endpoints_of(container)) {
      const auto* const network = networks.find(endpoint.network);
      publish("network", starts ? "connect" : "disconnect", endpoint.network_id,
              {{"container", container.identity.id}, {"name", endpoint.network}, {"type", network == nullptr ? "bridge" : network->driver}});
    }
    for (const auto& volume : container.identity.volumes)
      publish("volume", starts ? "mount" : "unmount", volume, {{"container", container.identity.id}, {"driver", "local"}});
  }
  if (change.action != "destroy") return;
  for (const auto& endpoint : endpoints_of(container)) networks.leave(endpoint);
  if (!container.spec->auto_remove) return;
  for (const auto& name : container.identity.volumes) {
    const auto* const volume = volumes.find(name);
    if (volume == nullptr || !volume->anonymous) continue;
    volumes.remove(name);
    publish("volume", "destroy", name, {{"driver", "local"}});
  }
}

void Daemon::announce(const std::vector<LifecycleEvent>& happened) {
  for (const auto& change : happened) {
    if (change.action == "start") publish_around(change);
    publish_change(change);
    if (change.action != "start") publish_around(change);
    if (change.action == "destroy") {
      execs.forget(change.container);
      lists.forget(change.container);
    }
    if (log_feed_ == nullptr) continue;
    if (change.action == "die" && !holds_streams_) log_feed_->container_ended(change.container);
    if (change.action == "unpause") log_feed_->container_resumed(change.container);
  }
  counters.running_containers = fleet.running();
  settle();
}

void Daemon::settle() {
  for (const auto index : fleet.take_talkers()) {
    if (log_feed_ != nullptr) log_feed_->container_resumed(index);
    output.wake(index);
  }
  arm();
}

void Daemon::publish_of(std::size_t container, std::string action, std::map<std::string, std::string> attributes) {
  const auto& identity = fleet.at(container).identity;
  auto all = identity.labels;
  all["name"] = identity.name;
  all["image"] = identity.image;
  for (auto& [name, value] : attributes) all[name] = value;
  publish("container", std::move(action), identity.id, std::move(all));
}

void Daemon::stop_fleet() {
  advance();
  holds_streams_ = true;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    // By hand, so that no restart policy starts it again.
    if (fleet.at(i).is_running()) announce(fleet.stop(i, clock.now(), SIGTERM).events);
  }
}

void Daemon::publish(std::string type, std::string action, std::string id,
                     std::map<std::string, std::string> attributes) {
  DockerEvent event;
  event.epoch = clock.epoch_at(clock.now());
  event.type = std::move(type);
  event.action = std::move(action);
  event.actor_id = std::move(id);
  event.attributes = std::move(attributes);
  events.publish(std::move(event), monotonic());
}

std::size_t Daemon::find(std::string_view reference) const {
  const auto found = fleet.find(reference);
  if (found.ambiguous) throw api_error::ambiguous_prefix(reference);
  if (!found.index) throw api_error::no_such_container(reference);
  return *found.index;
}

Nanos Daemon::monotonic() const {
  return clock.monotonic_at(clock.now());
}

std::string Daemon::wire_time(Nanos scenario_time) const {
  return rfc3339_nano(clock.epoch_at(scenario_time));
}

void Daemon::shut_down() {
  stopped_ = true;
  change_timer_->timer.cancel();
}

void Daemon::arm() {
  if (stopped_) return;
  auto next = fleet.next_change();
  if (const auto exec = execs.next_wake()) next = next ? std::min(*next, *exec) : *exec;
  if (!next) return;
  change_timer_->timer.expires_at(boost::asio::steady_timer::time_point{clock.monotonic_at(*next)});
  change_timer_->timer.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    advance();
    arm();
  });
}

}  // namespace leakrig
