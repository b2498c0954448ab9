// create, wait, top: the rest of a container's life.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <cctype>
#include <nlohmann/json.hpp>

#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

std::uint16_t port_number(std::string_view text) {
  unsigned long number = 0;
  for (const char c : text.substr(0, text.find('/'))) {
    if (c < '0' || c > '9' || number > 65535) return 0;
    number = number * 10 + static_cast<unsigned long>(c - '0');
  }
  return number > 65535 ? std::uint16_t{0} : static_cast<std::uint16_t>(number);
}

std::vector<PublishedPort> ports_of(const nlohmann::json& body, const nlohmann::json& host) {
  std::map<std::uint16_t, std::uint16_t> ports;
  const auto& exposed = member(body, "ExposedPorts");
  const auto& published = member(host, "PortBindings");
  for (const auto& [port, nothing] : exposed.items()) ports[port_number(port)] = 0;
  for (const auto& [port, bindings] : published.items()) {
    const bool bound = bindings.is_array() && !bindings.empty() && bindings[0].is_object();
    const auto wanted = bound ? port_number(text_at(bindings[0], "HostPort")) : std::uint16_t{0};
    ports[port_number(port)] =
        wanted != 0 ? wanted : static_cast<std::uint16_t>(32768 + port_number(port) % 28000);
  }
  std::vector<PublishedPort> list;
  for (const auto& [inside, outside] : ports) {
    if (inside != 0) list.push_back({inside, outside});
  }
  return list;
}

/// What clients' containers may cost in all: room for 20,000 small ones, or 40 with a MiB of labels.
constexpr std::size_t kMostCreatedBytes = 256U << 20U;

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
  const auto arguments = words_at(body, "Cmd");
  spec.command = words_at(body, "Entrypoint");
  if (spec.command.empty() && arguments.empty()) spec.command = image->second.command;
  spec.command.insert(spec.command.end(), arguments.begin(), arguments.end());
  const auto& labels = member(body, "Labels");
  for (const auto& [key, value] : labels.items()) {
    if (value.is_string()) spec.labels[key] = value.get<std::string>();
  }
  spec.env = words_at(body, "Env");
  spec.ports = ports_of(body, host);
  spec.hostname = text_at(body, "Hostname");
  spec.network = text_at(host, "NetworkMode");
  spec.restart_policy = text_at(member(host, "RestartPolicy"), "Name");
  spec.tty = flag_at(body, "Tty");
  spec.open_stdin = flag_at(body, "OpenStdin");
  spec.auto_remove = flag_at(host, "AutoRemove");
  if (spec.auto_remove && !spec.restart_policy.empty() && spec.restart_policy != "no")
    throw api_error::bad_parameter("can't create 'AutoRemove' container with restart policy");
  if (daemon.fleet.created_bytes() + spec.cost() > kMostCreatedBytes)
    throw ApiError(503, "the daemon has no memory left for more containers: remove some");
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
  const auto deaths = container.lives - (container.is_running() ? 1 : 0);
  co_await out.begin(200, "application/json");
  while (!out.over()) {
    wake.expires_at(boost::asio::steady_timer::time_point::max());
    const bool has_died =
        !ends.take(daemon.monotonic()).empty() || container.lives - (container.is_running() ? 1 : 0) > deaths;
    const bool satisfied = container.removed || (next_exit && has_died) ||
                           (!next_exit && !removed && (has_died || !container.is_running()));
    if (satisfied) break;
    co_await out.wait(wake);
  }
  auto answer = wait_answer(container.exit_code);
  co_await out.write(std::move(answer));
  if (!out.over()) co_await out.end();
}

Answer top(Daemon& daemon, const Request& request) {
  const auto& container = daemon.fleet.at(daemon.find(request.id));
  if (!container.is_running()) throw api_error::not_running(container.identity.id);
  std::string command;
  for (const auto& word : container.identity.command) command += (command.empty() ? "" : " ") + word;
  const auto pid = std::to_string(container.pid);
  const auto started = daemon.wire_time(*container.started).substr(11, 5);
  json table{{"Processes", {{"root", pid, "1", "0", started, "?", "00:00:00", command}}},
                               {"Titles", {"UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"}}};
  if (std::string_view{request.param("ps_args")}.find("aux") != std::string_view::npos) {
    table = {
        {"Processes", {{"root", pid, "0.1", "0.2", "23456", "4567", "?", "Ss", started, "0:00", command}}},
        {"Titles", {"USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND"}}};
  }
  return json_reply(table);
}

Answer changes(Daemon& daemon, const Request& request) {
  daemon.find(request.id);
  Reply reply;
  reply.body = "null\n";
  return reply;
}

Answer wait_for_container(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_wait};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
