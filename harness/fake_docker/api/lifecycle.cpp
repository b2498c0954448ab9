// start, stop, restart, kill: actions on a container's life.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

constexpr std::size_t kLongestStartBody = 7;

struct SignalName {
  std::string_view name;
  int number;
};
constexpr std::array kSignals{
    SignalName{"HUP", SIGHUP},   SignalName{"INT", SIGINT},   SignalName{"QUIT", SIGQUIT},
    SignalName{"ABRT", SIGABRT}, SignalName{"KILL", SIGKILL}, SignalName{"USR1", SIGUSR1},
    SignalName{"USR2", SIGUSR2}, SignalName{"TERM", SIGTERM}, SignalName{"CHLD", SIGCHLD},
    SignalName{"CONT", SIGCONT}, SignalName{"STOP", SIGSTOP}, SignalName{"WINCH", SIGWINCH},
    SignalName{"PIPE", SIGPIPE}, SignalName{"ALRM", SIGALRM}, SignalName{"SEGV", SIGSEGV}};

/// A number, or a name with or without SIG.
int parse_signal(std::string_view text, int otherwise) {
  if (text.empty()) return otherwise;
  int number = 0;
  const auto* const last = text.data() + text.size();
  if (const auto [end, error] = std::from_chars(text.data(), last, number);
      error == std::errc{} && end == last) {
    if (number > 0 && number <= 64) return number;
  }
  auto name = text.starts_with("SIG") ? text.substr(3) : text;
  for (const auto& signal : kSignals) {
    if (signal.name == name) return signal.number;
  }
  throw api_error::bad_parameter(fmt::format("invalid signal: {}", text));
}

Reply no_content(int status = 204) {
  Reply reply;
  reply.status = status;
  reply.content_type.clear();
  return reply;
}

Reply act(Daemon& daemon, const ActionResult& result) {
  daemon.announce(result.events);
  return no_content(result.outcome == ActionOutcome::already_so ? 304 : 204);
}

}  // namespace

Answer start_container(Daemon& daemon, const Request& request) {
  if (request.body.size() > kLongestStartBody) {
    throw api_error::bad_parameter(
        "starting container with non-empty request body was deprecated since API v1.22 and "
        "removed in v1.24");
  }
  return act(daemon, daemon.fleet.start(daemon.find(request.id), daemon.clock.now()));
}

Answer stop_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  return act(daemon,
             daemon.fleet.stop(index, daemon.clock.now(), parse_signal(request.param("signal"), SIGTERM)));
}

Answer restart_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  return act(daemon,
             daemon.fleet.restart(index, daemon.clock.now(), parse_signal(request.param("signal"), SIGTERM)));
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
  return act(daemon, result);
}

}  // namespace leakrig::api
