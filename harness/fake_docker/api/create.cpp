// create, wait, top: the rest of a container's life.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <cctype>
#include <charconv>
#include <csignal>
#include <nlohmann/json.hpp>

#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/create_parts.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/signals.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

/// What clients' containers may cost in all: room for 20,000 small ones, or 40 with a MiB of labels.
constexpr std::size_t kMostCreatedBytes = 256U << 20U;

/// The Healthcheck of a create request; times are nanoseconds, 0 stands for the default.
std::optional<HealthCheck> health_check(const nlohmann::json& given) {
  auto words = words_at(given, "Test");
  if (words.size() < 2 || words[0] == "NONE") return std::nullopt;
  HealthCheck check;
  if (words[0] == "CMD-SHELL") {
    check.command = {"/bin/sh", "-c", words[1]};
  } else {
    check.command.assign(words.begin() + 1, words.end());
  }
  constexpr long long kLeast = 1'000'000;
  const auto take = [&](const char* key, Nanos& into) {
    const auto value = number_at(given, key);
    if (value == 0) return;
    if (value < kLeast) throw api_error::bad_parameter(fmt::format("{} in Healthcheck cannot be less than 1ms", key));
    into = Nanos{value};
  };
  take("Interval", check.interval);
  take("Timeout", check.timeout);
  take("StartPeriod", check.start_period);
  take("StartInterval", check.start_interval);
  if (const auto retries = number_at(given, "Retries"); retries > 0) check.retries = static_cast<int>(std::min<long long>(retries, 1000));
  return check;
}

/// "10m" and "3" of max-size and max-file, as docker/go-units and moby's loggerutils read them.
void take_log_config(const nlohmann::json& given, ContainerSpec& spec) {
  spec.log_driver = text_at(given, "Type");
  constexpr std::array kDrivers{"", "json-file", "local", "journald", "none", "syslog", "gelf", "fluentd", "awslogs", "splunk", "gcplogs"};
  if (std::find(kDrivers.begin(), kDrivers.end(), spec.log_driver) == kDrivers.end())
    throw api_error::bad_parameter(fmt::format("logger: no log driver named '{0}' is registered", spec.log_driver));
  const auto& options = member(given, "Config");
  const auto size = text_at(options, "max-size");
  if (size.empty()) return;
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), bytes);
  const std::string_view unit{end, static_cast<std::size_t>(size.data() + size.size() - end)};
  const auto shift = unit.starts_with('k') ? 10U : unit.starts_with('m') ? 20U : unit.starts_with('g') ? 30U : 0U;
  if (error != std::errc{} || bytes == 0 || bytes > (1U << 20U) || (shift == 0 && !unit.empty() && unit != "b"))
    throw api_error::bad_parameter(fmt::format("invalid value for max-size: invalid size: '{}'", size));
  const auto files_text = text_at(options, "max-file");
  std::uint64_t files = 1;
  if (!files_text.empty()) std::from_chars(files_text.data(), files_text.data() + files_text.size(), files);
  spec.log_bytes = (bytes << shift) * std::clamp<std::uint64_t>(files, 1, 1000);
}

/// An exit code for the client that waits, once there is one.
std::string wait_answer(int exit_code) {
  return fmt::format("{{\"StatusCode\":{}}}\n", exit_code);
}

}  // namespace

void check_container_name(std::string_view name) {
  const auto is_allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
  };
  if (name.size() < 2 || std::isalnum(static_cast<unsigned char>(name.front())) == 0 ||
      !std::all_of(name.begin(), name.end(), is_allowed)) {
    throw api_error::bad_parameter(
        fmt::format("Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name));
  }
}

Answer create_container(Daemon& daemon, const Request& request) {
  const auto body = read_create_body(request.body);
  const auto& host = member(body, "HostConfig");
  ContainerSpec spec;
  spec.given = request.body;
  spec.name = request.param("name");
  if (spec.name.starts_with('/')) spec.name.erase(0, 1);
  if (!spec.name.empty()) check_container_name(spec.name);
  const auto reference = text_at(body, "Image");
  if (reference.empty() && words_at(body, "Cmd").empty() && words_at(body, "Entrypoint").empty())
    throw api_error::bad_parameter("no command specified");
  if (reference.empty()) throw api_error::bad_parameter("no image specified");
  const auto image = daemon.images.find(reference);
  if (image == daemon.images.all().end())
    throw ApiError(404, "No such image: " + ImageStore::with_tag(reference));
  if (const auto owner = daemon.fleet.named(spec.name))
    throw api_error::name_in_use(spec.name, daemon.fleet.at(*owner).identity.id);
  spec.image = reference.starts_with("sha256:") ? image->first : reference;
  spec.image_id = image->second.id;
  auto arguments = words_at(body, "Cmd");
  spec.command = words_at(body, "Entrypoint");
  if (spec.command.empty()) {
    if (arguments.empty()) arguments = image->second.command;
    spec.command = image->second.entrypoint;
  }
  spec.command.insert(spec.command.end(), arguments.begin(), arguments.end());
  if (spec.command.empty()) throw api_error::bad_parameter("no command specified");
  spec.labels = image->second.labels;
  const auto& labels = member(body, "Labels");
  for (const auto& [key, value] : labels.items()) {
    if (value.is_string()) spec.labels[key] = value.get<std::string>();
  }
  spec.env = words_at(body, "Env");
  spec.ports = ports_asked_for(daemon, body, image->second.exposed);
  spec.hostname = text_at(body, "Hostname");
  spec.network = text_at(host, "NetworkMode");
  if (spec.network.empty() || spec.network == "default") spec.network = "bridge";
  spec.restart_policy = text_at(member(host, "RestartPolicy"), "Name");
  spec.restarts_at_most = static_cast<int>(number_at(member(host, "RestartPolicy"), "MaximumRetryCount"));
  spec.directory = text_at(body, "WorkingDir");
  take_log_config(member(host, "LogConfig"), spec);
  spec.stop_signal = parse_signal(text_at(body, "StopSignal"), SIGTERM);
  if (!member(body, "StopTimeout").is_null()) spec.stop_timeout = std::chrono::seconds{number_at(body, "StopTimeout")};
  spec.health = health_check(member(body, "Healthcheck"));
  spec.with_init = flag_at(host, "Init");
  spec.stdin_once = flag_at(body, "StdinOnce");
  spec.tty = flag_at(body, "Tty");
  spec.open_stdin = flag_at(body, "OpenStdin");
  spec.auto_remove = flag_at(host, "AutoRemove");
  if (spec.auto_remove && !spec.restart_policy.empty() && spec.restart_policy != "no")
    throw api_error::bad_parameter("can't create 'AutoRemove' container with restart policy");
  if (daemon.fleet.created_bytes() + spec.cost() > kMostCreatedBytes)
    throw ApiError(503, "the daemon has no memory left for more containers: remove some");
  spec.mounts = mounts_asked_for(daemon, body);
  spec.endpoints = places_asked_for(daemon, body, spec.network);
  const auto made = daemon.fleet.create(spec, daemon.clock.now());
  const auto index = made.events.front().container;
  daemon.announce(made.events);
  return json_reply(json{{"Id", daemon.fleet.at(index).identity.id}, {"Warnings", json::array()}}, 201);
}

static boost::asio::awaitable<void> write_wait(Daemon& daemon, const Request& request, ReplyStream& out) {
  const auto index = daemon.find(request.id);
  const ContainerHold hold(daemon.fleet, index);
  const std::string condition{request.param("condition")};
  const bool removed = condition == "removed";
  const bool next_exit = condition == "next-exit";
  if (!condition.empty() && condition != "not-running" && !removed && !next_exit)
    throw api_error::bad_parameter(fmt::format("invalid condition: \"{}\"", condition));
  const auto& container = daemon.fleet.at(index);
  const auto& id = container.identity.id;
  boost::asio::steady_timer wake(daemon.io);
  EventHub::Subscription ends(
      daemon.events,
      [&](const DockerEvent& event) {
        return event.actor_id == id && (event.action == "die" || event.action == "destroy");
      },
      [&wake] { wake.cancel(); });
  int exit_code = 0;
  const OutputSignal::Listener listener(daemon.output, index, false, [&wake] { wake.cancel(); });
  const auto deaths = container.lives - (container.is_running() ? 1 : 0);
  co_await out.begin(200, "application/json");
  while (!out.over()) {
    wake.expires_at(boost::asio::steady_timer::time_point::max());
    const bool has_died =
        !ends.take(daemon.monotonic()).empty() || container.lives - (container.is_running() ? 1 : 0) > deaths;
    const bool satisfied = container.removed || (next_exit && has_died) ||
                           (!next_exit && !removed && (has_died || !container.is_running()));
    exit_code = container.exit_code;
    if (satisfied) break;
    co_await out.wait(wake);
  }
  // Those who are attached have its last words first; as dockerd does, for two seconds at most.
  constexpr int kLooks = 100;
  constexpr Nanos kLook = std::chrono::milliseconds{20};
  for (int look = 0; look < kLooks && daemon.output.has_attached(index) && !container.is_running() && !out.over(); ++look) {
    wake.expires_after(kLook);
    co_await out.wait(wake);
  }
  auto answer = wait_answer(exit_code);
  co_await out.write(std::move(answer));
  if (!out.over()) co_await out.end();
}

Answer wait_for_container(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_wait};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
