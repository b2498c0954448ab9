// start, stop, restart, kill: actions on a container's life.
#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/signals.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

constexpr std::size_t kLongestStartBody = 7;

Reply act(Daemon& daemon, const ActionResult& result) {
  daemon.announce(result.events);
  return empty_reply(result.outcome == ActionOutcome::already_so ? 304 : 204);
}

/// Networks that a container is to be in must be there by now.
void check_networks(Daemon& daemon, std::size_t index) {
  auto endpoints = endpoints_of(daemon.fleet.at(index));
  bool any = false;
  for (auto& endpoint : endpoints) {
    if (!endpoint.network_id.empty() && daemon.networks.find(endpoint.network_id) != nullptr) continue;
    auto* const network = daemon.networks.find(endpoint.network);
    auto place = network == nullptr ? std::nullopt : daemon.networks.join(*network, {});
    if (!place) {
      const auto message = fmt::format("network {} not found", endpoint.network_id.empty() ? endpoint.network : endpoint.network_id);
      daemon.announce(daemon.fleet.fail_to_start(index, daemon.clock.now(), 128, message).events);
      throw ApiError(404, message);
    }
    place->aliases = endpoint.aliases;
    endpoint = *place;
    any = true;
  }
  if (any) daemon.fleet.set_endpoints(index, std::move(endpoints));
}

/// As dockerd words what runc says of a command that is not there.
void check_starts(Daemon& daemon, std::size_t index) {
  check_networks(daemon, index);
  const auto refusal = daemon.fleet.refusal(index);
  if (refusal.empty()) return;
  const auto message =
      "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: "
      "unable to start container process: " +
      refusal + ": unknown";
  const bool is_forbidden = refusal.find("permission denied") != std::string::npos || refusal.find("is a directory") != std::string::npos;
  daemon.announce(daemon.fleet.fail_to_start(index, daemon.clock.now(), is_forbidden ? 126 : 127, message).events);
  throw api_error::bad_parameter(message);
}

}  // namespace

Answer start_container(Daemon& daemon, const Request& request) {
  if (request.body.size() > kLongestStartBody) {
    throw api_error::bad_parameter(
        "starting container with non-empty request body was deprecated since API v1.22 and "
        "removed in v1.24");
  }
  const auto index = daemon.find(request.id);
  const auto& container = daemon.fleet.at(index);
  if (container.state == ContainerState::paused)
    throw ApiError(409, "cannot start a paused container, try unpause instead");
  if (!container.is_running()) check_starts(daemon, index);
  return act(daemon, daemon.fleet.start(index, daemon.clock.now()));
}

/// How long a stop waits, in scenario time; negative: for ever.
static Nanos stop_time(const Request& request, const Container& container) {
  const auto text = request.param("t");
  if (text.empty()) return container.spec ? container.spec->stop_timeout : Nanos{0};
  int seconds = 0;
  const auto* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, seconds);
  if (error != std::errc{} || end != last)
    throw api_error::bad_parameter(fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", text));
  return std::chrono::seconds{seconds};
}

/// Waits for what a stop or a restart brings about.
static boost::asio::awaitable<void> write_when_over(Daemon& daemon, const Request& request, ReplyStream& out, std::string_view until) {
  const auto index = daemon.find(request.id);
  const ContainerHold hold(daemon.fleet, index);
  const auto& id = daemon.fleet.at(index).identity.id;
  boost::asio::steady_timer wake(daemon.io);
  EventHub::Subscription over(
      daemon.events, [&](const DockerEvent& event) { return event.actor_id == id && (event.action == until || event.action == "destroy"); },
      [&wake] { wake.cancel(); });
  const auto& container = daemon.fleet.at(index);
  // It may have come about since the handler looked.
  const auto is_under_way = [&container] { return container.inside && container.inside->stopping && container.is_running(); };
  while (!out.over() && is_under_way()) {
    wake.expires_at(boost::asio::steady_timer::time_point::max());
    if (!over.take(daemon.monotonic()).empty()) break;
    co_await out.wait(wake);
  }
  auto reply = empty_reply(204);
  if (!out.over()) co_await out.send_reply(std::move(reply));
}

static boost::asio::awaitable<void> write_when_stopped(Daemon& daemon, const Request& request, ReplyStream& out) {
  co_await write_when_over(daemon, request, out, "stop");
}

static boost::asio::awaitable<void> write_when_restarted(Daemon& daemon, const Request& request, ReplyStream& out) {
  co_await write_when_over(daemon, request, out, "restart");
}

Answer stop_container(Daemon& daemon, const Request& request) {
  static constexpr StreamWriter kWriter{write_when_stopped};
  const auto index = daemon.find(request.id);
  const auto& container = daemon.fleet.at(index);
  const int own = container.spec ? container.spec->stop_signal : SIGTERM;
  const auto result = daemon.fleet.stop(index, daemon.clock.now(), parse_signal(request.param("signal"), own), stop_time(request, container));
  const bool is_pending = result.outcome == ActionOutcome::pending;
  auto reply = act(daemon, result);
  if (is_pending) return Streamed{&kWriter};
  return reply;
}

Answer restart_container(Daemon& daemon, const Request& request) {
  static constexpr StreamWriter kWriter{write_when_restarted};
  const auto index = daemon.find(request.id);
  const auto& container = daemon.fleet.at(index);
  const int own = container.spec ? container.spec->stop_signal : SIGTERM;
  if (!container.is_running()) check_starts(daemon, index);
  const auto result = daemon.fleet.restart(index, daemon.clock.now(), parse_signal(request.param("signal"), own), stop_time(request, container));
  const bool is_pending = result.outcome == ActionOutcome::pending;
  auto reply = act(daemon, result);
  if (is_pending) return Streamed{&kWriter};
  return reply;
}

Answer kill_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  const auto result =
      daemon.fleet.kill(index, daemon.clock.now(), parse_signal(request.param("signal"), SIGKILL));
  if (result.outcome == ActionOutcome::not_running) {
    throw ApiError(409, fmt::format("cannot kill container: {}: {}", request.id,
                                    api_error::not_running(daemon.fleet.at(index).identity.id).what()));
  }
  return act(daemon, result);
}

Answer pause_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  const auto result = daemon.fleet.pause(index, daemon.clock.now());
  const auto& id = daemon.fleet.at(index).identity.id;
  if (result.outcome == ActionOutcome::not_running) throw api_error::not_running(id);
  if (result.outcome == ActionOutcome::impossible)
    throw ApiError(409, fmt::format("container {} is already paused", id));
  return act(daemon, result);
}

Answer unpause_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  const auto result = daemon.fleet.unpause(index, daemon.clock.now());
  if (result.outcome == ActionOutcome::impossible)
    throw ApiError(500, fmt::format("Container {} is not paused", daemon.fleet.at(index).identity.id));
  return act(daemon, result);
}

Answer rename_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  std::string name{request.param("name")};
  if (name.starts_with('/')) name.erase(0, 1);
  if (name.empty()) throw api_error::bad_parameter("Neither old nor new names may be empty");
  check_container_name(name);
  if (name == daemon.fleet.at(index).identity.name)
    throw api_error::bad_parameter("Renaming a container with the same name as its current name");
  if (const auto owner = daemon.fleet.named(name)) {
    throw ApiError(409,
                   "Error when allocating new name: " +
                       std::string{api_error::name_in_use(name, daemon.fleet.at(*owner).identity.id).what()});
  }
  return act(daemon, daemon.fleet.rename(index, daemon.clock.now(), name));
}

Answer remove_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  const auto result = daemon.fleet.remove(index, daemon.clock.now(), request.flag("force"));
  if (result.outcome == ActionOutcome::impossible) {
    const auto& container = daemon.fleet.at(index);
    const bool paused = container.state == ContainerState::paused;
    throw ApiError(409,
                   fmt::format("cannot remove container \"/{}\": container is {}", container.identity.name,
                               paused ? "paused and must be unpaused first"
                                      : "running: stop the container before removing or force remove"));
  }
  auto volumes = daemon.fleet.at(index).identity.volumes;
  auto reply = act(daemon, result);
  if (!request.flag("v")) return reply;
  for (const auto& name : volumes) {
    const auto* const volume = daemon.volumes.find(name);
    if (volume == nullptr || !volume->anonymous) continue;
    daemon.volumes.remove(name);
    daemon.publish("volume", "destroy", name, {{"driver", "local"}});
  }
  return reply;
}

}  // namespace leakrig::api
