// start, stop, restart, kill: actions on a container's life.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <csignal>
#include <string>
#include <utility>

#include "harness/fake_docker/errors.h"
#include "harness/fake_docker/routes.h"

namespace leakrig {
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

Reply start_container(Daemon& daemon, const Request& request) {
  if (request.body.size() > kLongestStartBody) {
    throw api_error::bad_parameter(
        "starting container with non-empty request body was deprecated since API v1.22 and "
        "removed in v1.24");
  }
  return act(daemon, daemon.fleet.start(daemon.find(request.container), daemon.clock.now()));
}

Reply stop_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.container);
  return act(daemon,
             daemon.fleet.stop(index, daemon.clock.now(), parse_signal(request.param("signal"), SIGTERM)));
}

Reply restart_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.container);
  return act(daemon,
             daemon.fleet.restart(index, daemon.clock.now(), parse_signal(request.param("signal"), SIGTERM)));
}

Reply kill_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.container);
  const auto result =
      daemon.fleet.kill(index, daemon.clock.now(), parse_signal(request.param("signal"), SIGKILL));
  if (result.outcome == ActionOutcome::not_running) {
    throw api_error::not_running(daemon.fleet.at(index).identity.id);
  }
  return act(daemon, result);
}

}  // namespace leakrig
