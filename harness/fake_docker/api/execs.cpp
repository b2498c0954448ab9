// exec: create, start, inspect.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <memory>
#include <utility>
#include <nlohmann/json.hpp>

#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/hijack.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/http/detach_keys.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {


Exec& exec_at(Daemon& daemon, const std::string& id) {
  auto* const exec = daemon.execs.find(id);
  if (exec == nullptr) throw ApiError(404, "No such exec instance: " + id);
  return *exec;
}

void publish(Daemon& daemon, const Exec& exec, const std::string& action) {
  const auto& identity = daemon.fleet.at(exec.container).identity;
  auto attributes = identity.labels;
  attributes.insert({{"name", identity.name}, {"image", identity.image}, {"execID", exec.id}});
  if (action == "exec_die") attributes["exitCode"] = std::to_string(exec.exit_code);
  daemon.publish("container", action, identity.id, std::move(attributes));
}

void check_can_exec(const Container& container) {
  const auto& id = container.identity.id;
  if (!container.is_running()) throw api_error::not_running(id);
  if (container.state == ContainerState::paused)
    throw ApiError(409, fmt::format("container {} is paused, unpause the container before exec", id));
}

constexpr int kNotFound = 127;
constexpr int kNotAllowed = 126;
constexpr Nanos kOfferExecAgain = std::chrono::milliseconds{20};

/// The process of an exec: beside the container's own, in its files.
ProcessSetup setup_of(Daemon& daemon, const Exec& exec) {
  auto setup = daemon.fleet.beside(exec.container, exec.command);
  setup.env.insert(setup.env.end(), exec.env.begin(), exec.env.end());
  if (!exec.directory.empty()) setup.directory = exec.directory;
  setup.tty = exec.tty;
  setup.files = &daemon.fleet.files(exec.container);
  return setup;
}

/// Its output since this was last asked, as frames.
std::string said_by(Process& process, const Exec* exec, bool is_framed) {
  std::string bytes;
  for (auto& said : process.take_said()) {
    std::string text = std::move(said.text);
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(said.lines, 100'000); ++i) text += fmt::format("line {}\n", i);
    const bool wanted = exec == nullptr || (said.stream == 2 ? exec->with_stderr : exec->with_stdout) || !is_framed;
    if (wanted) bytes += framed(said.stream, std::move(text), is_framed);
  }
  return bytes;
}

void end_exec(Daemon& daemon, const std::string& id, int exit_code) {
  auto* const done = daemon.execs.find(id);
  if (done == nullptr) return;
  done->running = false;
  done->exit_code = exit_code;
  publish(daemon, *done, "exec_die");
}

/// What runc says when it cannot run the command; empty if it can.
std::string exec_failure(Daemon& daemon, Exec& exec) {
  const auto refusal = Process::refusal(exec.command, daemon.fleet.files(exec.container));
  if (refusal.empty()) return {};
  exec.exit_code = refusal.find("permission denied") != std::string::npos ? kNotAllowed : kNotFound;
  return "OCI runtime exec failed: exec failed: unable to start container process: " + refusal + ": unknown";
}

}  // namespace

Answer create_exec(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  check_can_exec(daemon.fleet.at(index));
  const auto body = read_body(request.body);
  auto command = words_at(body, "Cmd");
  if (command.empty()) throw api_error::bad_parameter("No exec command specified");
  auto& exec = daemon.execs.add(daemon.fleet.config().seed, index);
  exec.command = std::move(command);
  exec.tty = flag_at(body, "Tty");
  exec.with_stdin = flag_at(body, "AttachStdin");
  exec.with_stdout = flag_at(body, "AttachStdout");
  exec.with_stderr = flag_at(body, "AttachStderr");
  exec.env = words_at(body, "Env");
  exec.directory = text_at(body, "WorkingDir");
  exec.detach_keys = text_at(body, "DetachKeys");
  exec.privileged = flag_at(body, "Privileged");
  exec.user = text_at(body, "User");
  publish(daemon, exec, fmt::format("exec_create: {}", fmt::join(exec.command, " ")));
  return json_reply(json{{"Id", exec.id}}, 201);
}

static boost::asio::awaitable<void> write_exec(Daemon& daemon, const Request& request, ReplyStream& out) {
  auto& exec = exec_at(daemon, request.id);
  const auto id = exec.id;
  if (exec.started) throw ApiError(409, fmt::format("Error: Exec command {} is already running", id));
  const ContainerHold hold(daemon.fleet, exec.container);
  const auto& container = daemon.fleet.at(exec.container);
  check_can_exec(container);
  const auto body = request.body.empty() ? nlohmann::json::object() : read_body(request.body);
  const bool detach = flag_at(body, "Detach");
  const auto keys = DetachKeys::parse(exec.detach_keys);
  if (!keys) throw api_error::bad_parameter("Invalid detach keys (" + exec.detach_keys + ") provided");
  exec.started = true;
  const auto failure = exec_failure(daemon, exec);
  if (!failure.empty() && detach) throw api_error::bad_parameter(failure);
  const bool is_framed = !exec.tty;
  if (!failure.empty()) {
    const int code = exec.exit_code;
    co_await out.hijack(stream_content_type(is_framed, request.api_minor), !request.upgrade.empty());
    auto words = framed(1, failure + "\r\n", is_framed);
    co_await out.write(std::move(words));
    end_exec(daemon, id, code);
    co_return;
  }
  exec.running = true;
  publish(daemon, exec, fmt::format("exec_start: {}", fmt::join(exec.command, " ")));
  auto process = std::make_unique<Process>(setup_of(daemon, exec));
  const bool with_stdin = exec.with_stdin && !detach;
  if (with_stdin) {
    process->run(daemon.clock.now());
  } else {
    process->close_input(daemon.clock.now());
  }
  if (detach) {
    if (process->ended()) {
      end_exec(daemon, id, process->exit_code());
    } else {
      exec.process = std::move(process);
      daemon.settle();
    }
    co_await out.begin(200, "application/json");
    co_await out.end();
    co_return;
  }
  const auto lives = container.lives;
  // Exec is looked up again after each wait: it may have been forgotten.
  boost::asio::steady_timer wake(daemon.io);
  const auto& container_id = container.identity.id;
  EventHub::Subscription ended(
      daemon.events,
      [&](const DockerEvent& event) { return event.action == "die" && event.actor_id == container_id; },
      [&wake] { wake.cancel(); });
  co_await out.hijack(stream_content_type(is_framed, request.api_minor), !request.upgrade.empty());
  auto detach_keys = *keys;
  std::string typed;
  while (!out.over()) {
    wake.expires_at(boost::asio::steady_timer::time_point::max());
    ended.take(daemon.monotonic());
    if (!container.is_running() || container.lives != lives) process->signal(SIGKILL, daemon.clock.now());
    if (with_stdin && typed.empty()) {
      auto input = out.take_input();
      typed = is_framed ? std::move(input) : detach_keys.pass(input);
    }
    if (!typed.empty() && process->takes_input()) process->input(std::exchange(typed, {}), daemon.clock.now());
    if (with_stdin && typed.empty() && out.unread().empty() && out.input_closed() && !process->input_closed())
      process->close_input(daemon.clock.now());
    process->run(daemon.clock.now());
    auto said = said_by(*process, daemon.execs.find(id), is_framed);
    if (!said.empty()) {
      co_await out.write(std::move(said));
      continue;
    }
    if (process->ended() || (!is_framed && detach_keys.detached())) break;
    if (const auto due = process->wakes_at())
      wake.expires_at(boost::asio::steady_timer::time_point{daemon.clock.monotonic_at(*due)});
    if (!typed.empty()) wake.expires_after(kOfferExecAgain);
    co_await out.wait(wake);
  }
  if (process->ended()) {
    end_exec(daemon, id, process->exit_code());
  } else if (auto* const left = daemon.execs.find(id)) {
    // Its client is gone; the process is not.
    process->close_input(daemon.clock.now());
    left->process = std::move(process);
    daemon.settle();
  }
}

Answer inspect_exec(Daemon& daemon, const Request& request) {
  const auto& exec = exec_at(daemon, request.id);
  const std::vector<std::string> arguments(exec.command.begin() + 1, exec.command.end());
  const json details{{"ID", exec.id},
                     {"Running", exec.running},
                     {"ExitCode", exec.running || !exec.started ? json(nullptr) : json(exec.exit_code)},
                     {"ProcessConfig",
                      {{"tty", exec.tty},
                       {"entrypoint", exec.command.front()},
                       {"arguments", arguments},
                       {"privileged", exec.privileged},
                       {"user", exec.user}}},
                     {"OpenStdin", exec.with_stdin},
                     {"OpenStderr", exec.with_stderr},
                     {"OpenStdout", exec.with_stdout},
                     {"CanRemove", false},
                     {"ContainerID", daemon.fleet.at(exec.container).identity.id},
                     {"DetachKeys", exec.detach_keys},
                     {"Pid", exec.running ? exec.pid : 0}};
  return json_reply(details);
}

Answer resize(Daemon& daemon, const Request& request) {
  if (request.path.find("/exec/") == 0) {
    const auto& exec = exec_at(daemon, request.id);
    if (!exec.running) throw ApiError(500, fmt::format("Container {} is not running", daemon.fleet.at(exec.container).identity.id));
  } else if (const auto& container = daemon.fleet.at(daemon.find(request.id));
             !container.is_running()) {
    throw api_error::not_running(container.identity.id);
  } else {
    daemon.publish_of(daemon.find(request.id), "resize",
                      {{"height", std::string{request.param("h")}}, {"width", std::string{request.param("w")}}});
  }
  return empty_reply();
}

Answer start_exec(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_exec};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
