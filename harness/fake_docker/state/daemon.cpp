#include "harness/fake_docker/state/daemon.h"

#include <boost/asio/steady_timer.hpp>
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
      change_timer_(std::make_unique<Timer>(io)) {
  counters.running_containers = fleet.running();
  for (std::size_t i = 0; i < fleet.size(); ++i)
    images.add(fleet.at(i).identity.image, fleet.at(i).identity.command);
  arm();
}

Daemon::~Daemon() = default;

void Daemon::advance() {
  fleet.clean_up();
  const auto now = clock.now();
  const auto next = fleet.next_change();
  if (!next || *next > now) return;
  announce(fleet.advance(now));
  arm();
}

void Daemon::announce(const std::vector<LifecycleEvent>& happened) {
  for (const auto& change : happened) {
    const auto& container = fleet.at(change.container);
    DockerEvent event;
    event.epoch = clock.epoch_at(change.at);
    event.action = change.action;
    event.actor_id = container.identity.id;
    event.attributes = container.identity.labels;
    event.attributes["name"] = container.identity.name;
    event.attributes["image"] = container.identity.image;
    if (change.action == "die") event.attributes["exitCode"] = std::to_string(change.exit_code);
    if (change.action == "kill") event.attributes["signal"] = std::to_string(change.signal);
    if (change.action == "rename") event.attributes["oldName"] = "/" + change.old_name;
    events.publish(std::move(event), monotonic());
    if (change.action == "destroy") {
      execs.forget(change.container);
      lists.forget(change.container);
    }
    if (log_feed_ == nullptr) continue;
    if (change.action == "die" && !holds_streams_) log_feed_->container_ended(change.container);
    if (change.action == "unpause") log_feed_->container_resumed(change.container);
  }
  counters.running_containers = fleet.running();
  if (!happened.empty()) arm();
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
  const auto next = fleet.next_change();
  if (!next) return;
  change_timer_->timer.expires_at(boost::asio::steady_timer::time_point{clock.monotonic_at(*next)});
  change_timer_->timer.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    advance();
    arm();
  });
}

}  // namespace leakrig
