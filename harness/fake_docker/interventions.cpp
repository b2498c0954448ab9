#include "harness/fake_docker/interventions.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <exception>
#include <future>
#include <optional>

#include "harness/fake_docker/session.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig {
namespace {

constexpr const char* kFollowing = "GET /containers/{id}/logs*";

ActionResult apply(Fleet& fleet, std::size_t index, Nanos now, ContainerAction action) {
  switch (action) {
    case ContainerAction::start:
      return fleet.start(index, now);
    case ContainerAction::stop:
      return fleet.stop(index, now, SIGTERM);
    case ContainerAction::kill:
      return fleet.kill(index, now, SIGKILL);
    case ContainerAction::restart:
      return fleet.restart(index, now, SIGTERM);
    case ContainerAction::pause:
      return fleet.pause(index, now);
    case ContainerAction::unpause:
      return fleet.unpause(index, now);
    case ContainerAction::remove:
      return fleet.remove(index, now, true);
  }
  return {};
}

}  // namespace

void Interventions::on_serving_thread(const std::function<void()>& what) {
  std::promise<void> done;
  boost::asio::post(reach_.io, [&] {
    try {
      reach_.daemon.advance();
      what();
      done.set_value();
    } catch (...) {
      done.set_exception(std::current_exception());
    }
  });
  done.get_future().get();
}

std::vector<std::string> Interventions::running() {
  std::vector<std::string> names;
  on_serving_thread([&] {
    const Fleet& fleet = reach_.daemon.fleet;
    for (const auto& [serial, index] : fleet.by_age()) {
      if (fleet.at(index).is_running()) names.push_back(fleet.at(index).identity.name);
    }
  });
  return names;
}

void Interventions::act(ContainerAction action, const std::vector<std::string>& containers) {
  on_serving_thread([&] {
    Daemon& daemon = reach_.daemon;
    for (const auto& name : containers) {
      const auto index = daemon.fleet.named(name);
      if (index) daemon.announce(apply(daemon.fleet, *index, daemon.clock.now(), action).events);
    }
  });
}

void Interventions::rename(const std::string& container, const std::string& name) {
  on_serving_thread([&] {
    Daemon& daemon = reach_.daemon;
    const auto index = daemon.fleet.named(container);
    if (index && !daemon.fleet.named(name))
      daemon.announce(daemon.fleet.rename(*index, daemon.clock.now(), name).events);
  });
}

void Interventions::create(const std::string& name) {
  on_serving_thread([&] {
    Daemon& daemon = reach_.daemon;
    if (daemon.fleet.named(name)) return;
    ContainerSpec spec;
    spec.name = name;
    spec.image = "leakrig/service:latest";
    spec.command = {"/app/service"};  // goes on, and writes lines as the fleet's do
    const auto created = daemon.fleet.create(spec, daemon.clock.now());
    daemon.announce(created.events);
    if (const auto index = daemon.fleet.named(name))
      daemon.announce(daemon.fleet.start(*index, daemon.clock.now()).events);
  });
}

void Interventions::break_log_streams(const std::vector<std::string>& containers, StreamBreak how) {
  on_serving_thread([&] {
    for (const auto& name : containers) {
      if (const auto index = reach_.daemon.fleet.named(name)) reach_.logs.break_streams(*index, how);
      reach_.sessions.break_answers(kFollowing, name);
    }
  });
}

void Interventions::break_answers(const std::string& endpoint) {
  on_serving_thread([&] { reach_.sessions.break_answers(endpoint, {}); });
}

void Interventions::flood_events(std::size_t count) {
  on_serving_thread([&] {
    for (std::size_t i = 0; i < count; ++i)
      reach_.daemon.publish("volume", "mount", "leakrig-flood", {{"driver", "local"}});
  });
}

void Interventions::stage(const FaultConfig& fault, std::uint64_t times) {
  on_serving_thread([&] { reach_.daemon.faults.stage(fault, times); });
}

void Interventions::unstage() {
  on_serving_thread([&] { reach_.daemon.faults.unstage(); });
}

std::uint64_t Interventions::staged_hits() {
  std::uint64_t hits = 0;
  on_serving_thread([&] { hits = reach_.daemon.faults.staged_hits(); });
  return hits;
}

void Interventions::restart(Nanos down_for) {
  on_serving_thread([&] { reach_.restart(down_for); });
}

}  // namespace leakrig
