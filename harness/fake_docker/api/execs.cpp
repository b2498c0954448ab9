// exec: create, start, inspect.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/hijack.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {


Exec& exec_at(Daemon& daemon, const std::string& id) {
  auto* const exec = daemon.execs.find(id);
  if (exec == nullptr) throw ApiError(404, "No such exec instance: " + id);
  if (exec->ends_at && daemon.clock.now() >= *exec->ends_at) exec->running = false;
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

/// Lines of an exec's output that are made and sent in one turn.
constexpr std::uint64_t kSaidATurn = 1000;

/// What the command says at once, from its line `first` on, as far as one turn goes.
std::string said_by(const Script& script, bool tty, std::uint64_t first) {
  std::string text;
  const char* const line_end = tty ? "\r\n" : "\n";
  for (auto i = first; i < std::min(script.lines, first + kSaidATurn); ++i) {
    text += script.output.empty() ? fmt::format("line {}", i) : script.output[i % script.output.size()];
    text += line_end;
  }
  return text;
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
  const auto script = read_script(exec.command, std::nullopt);
  exec.started = exec.running = true;
  exec.exit_code = script.exit_code;
  publish(daemon, exec, fmt::format("exec_start: {}", fmt::join(exec.command, " ")));
  if (detach) {
    exec.ends_at = script.runs_for ? daemon.clock.now() + *script.runs_for : Nanos::max();
    co_await out.begin(200, "application/json");
    co_await out.end();
    co_return;
  }
  const bool is_framed = !exec.tty;
  const bool with_stdin = exec.with_stdin;
  const bool tty = exec.tty;
  const auto lines = exec.with_stdout ? script.lines : 0;
  const auto ends_at = script.runs_for ? daemon.clock.now() + *script.runs_for : Nanos::max();
  const auto lives = container.lives;
  // Exec is looked up again after each wait: it may have been forgotten.
  boost::asio::steady_timer wake(daemon.io);
  const auto& container_id = container.identity.id;
  EventHub::Subscription ended(
      daemon.events,
      [&](const DockerEvent& event) { return event.action == "die" && event.actor_id == container_id; },
      [&wake] { wake.cancel(); });
  co_await out.hijack(stream_content_type(is_framed, request.api_minor), !request.upgrade.empty());
  for (std::uint64_t first = 0; first < lines && !out.over(); first += kSaidATurn) {
    auto said = framed(1, said_by(script, tty, first), is_framed);
    co_await out.write(std::move(said));
  }
  int killed = 0;
  while (!out.over() && daemon.clock.now() < ends_at) {
    wake.expires_at(ends_at == Nanos::max()
                        ? boost::asio::steady_timer::time_point::max()
                        : boost::asio::steady_timer::time_point{daemon.clock.monotonic_at(ends_at)});
    ended.take(daemon.monotonic());
    if (!container.is_running() || container.lives != lives) {
      killed = 137;
      break;
    }
    auto input = out.take_input();
    const bool end_of_input = !is_framed && input.find('\x04') != std::string::npos;  // a terminal's Ctrl-D
    if (with_stdin && script.echoes_input && !input.empty()) {
      auto echoed = framed(1, std::move(input), is_framed);
      co_await out.write(std::move(echoed));
    }
    if (script.reads_input && (!with_stdin || out.input_closed() || end_of_input)) break;
    co_await out.wait(wake);
  }
  if (auto* const done = daemon.execs.find(id)) {
    done->running = false;
    if (killed != 0) done->exit_code = killed;
    publish(daemon, *done, "exec_die");
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
                       {"privileged", false}}},
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
    exec_at(daemon, request.id);
  } else if (const auto& container = daemon.fleet.at(daemon.find(request.id));
             !container.is_running()) {
    throw api_error::not_running(container.identity.id);
  }
  Reply reply;
  reply.content_type.clear();
  return reply;
}

Answer start_exec(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_exec};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
