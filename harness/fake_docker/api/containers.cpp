// What a container looks like in the API, and inspect.
#include <fmt/format.h>

#include "harness/core/units.h"
#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {


/// go-units' HumanDuration, with which dockerd words its Status.
std::string human_duration(Nanos duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  const auto minutes = seconds / 60;
  const auto hours = (minutes + 30) / 60;
  if (seconds < 1) return "Less than a second";
  if (seconds == 1) return "1 second";
  if (seconds < 60) return fmt::format("{} seconds", seconds);
  if (minutes == 1) return "About a minute";
  if (minutes < 60) return fmt::format("{} minutes", minutes);
  if (hours == 1) return "About an hour";
  if (hours < 48) return fmt::format("{} hours", hours);
  if (hours < 24 * 7 * 2) return fmt::format("{} days", hours / 24);
  if (hours < 24 * 30 * 2) return fmt::format("{} weeks", hours / 24 / 7);
  if (hours < 24 * 365 * 2) return fmt::format("{} months", hours / 24 / 30);
  return fmt::format("{} years", hours / 24 / 365);
}

std::string command_line(const std::vector<std::string>& command) {
  std::string text;
  for (const auto& word : command) text += (text.empty() ? "" : " ") + word;
  return text;
}

json endpoint_json(const Container& container, const NetworkEndpoint& endpoint) {
  const auto& identity = container.identity;
  const bool up = container.is_running();
  auto names = std::vector<std::string>{identity.name};
  names.insert(names.end(), endpoint.aliases.begin(), endpoint.aliases.end());
  names.push_back(identity.id.substr(0, 12));
  return {{"IPAMConfig", nullptr},
          {"Links", nullptr},
          {"Aliases", endpoint.aliases.empty() ? json(nullptr) : json(endpoint.aliases)},
          {"MacAddress", up ? endpoint.mac_address : ""},
          {"DriverOpts", nullptr},
          {"NetworkID", endpoint.network_id},
          {"EndpointID", up ? endpoint_id(container, endpoint) : ""},
          {"Gateway", up ? endpoint.gateway : ""},
          {"IPAddress", up ? endpoint.ip_address : ""},
          {"IPPrefixLen", up ? endpoint.prefix : 0},
          {"IPv6Gateway", ""},
          {"GlobalIPv6Address", ""},
          {"GlobalIPv6PrefixLen", 0},
          {"DNSNames", names}};
}

json networks_json(const Container& container, bool in_list) {
  auto networks = json::object();
  for (const auto& endpoint : endpoints_of(container)) {
    networks[endpoint.network] = endpoint_json(container, endpoint);
    if (in_list) networks[endpoint.network]["DNSNames"] = nullptr;  // dockerd names them in inspect alone
  }
  return networks;
}

json mounts_json(const Container& container) {
  auto mounts = json::array();
  if (container.spec) {
    for (const auto& mount : container.spec->mounts) {
      json entry{{"Type", mount.type}};
      if (mount.type == "volume") entry["Name"] = mount.name;
      entry.update({{"Source", mount.source}, {"Destination", mount.destination}});
      if (mount.type == "volume") entry["Driver"] = "local";
      entry.update({{"Mode", mount.mode}, {"RW", mount.writable}, {"Propagation", mount.type == "bind" ? "rprivate" : ""}});
      mounts.push_back(std::move(entry));
    }
    return mounts;
  }
  for (const auto& volume : container.identity.volumes) {
    mounts.push_back({{"Type", "volume"},
                      {"Name", volume},
                      {"Source", "/var/lib/docker/volumes/" + volume + "/_data"},
                      {"Destination", "/data"},
                      {"Driver", "local"},
                      {"Mode", "z"},
                      {"RW", true},
                      {"Propagation", ""}});
  }
  return mounts;
}

json list_ports(const Container& container) {
  auto ports = json::array();
  for (const auto& port : container.identity.ports) {
    const auto* const type = to_string(port.protocol);
    if (port.host_port != 0 && container.is_running()) {
      ports.push_back({{"IP", port.host_ip.empty() ? "0.0.0.0" : port.host_ip},
                       {"PrivatePort", port.container_port},
                       {"PublicPort", port.host_port},
                       {"Type", type}});
    } else {
      ports.push_back({{"PrivatePort", port.container_port}, {"Type", type}});
    }
  }
  return ports;
}

json health_json(const Daemon& daemon, const Container& container) {
  auto log = json::array();
  int streak = 0;
  if (container.spec && container.inside) {
    streak = container.inside->health.failing_streak();
    for (const auto& result : container.inside->health.results()) {
      log.push_back({{"Start", daemon.wire_time(result.begun)},
                     {"End", daemon.wire_time(result.ended)},
                     {"ExitCode", result.exit_code},
                     {"Output", result.output}});
    }
  }
  return {{"Status", health_of(container)}, {"FailingStreak", streak}, {"Log", log}};
}

json state_json(const Daemon& daemon, const Container& container) {
  const auto moment = [&](const std::optional<Nanos>& at) {
    return at ? daemon.wire_time(*at) : std::string{kNever};
  };
  json state{{"Status", to_string(container.state)},
             {"Running", container.is_running() || container.state == ContainerState::restarting},
             {"Paused", container.state == ContainerState::paused},
             {"Restarting", container.state == ContainerState::restarting},
             {"OOMKilled", false},
             {"Dead", container.state == ContainerState::dead},
             {"Pid", container.pid},
             {"ExitCode", container.exit_code},
             {"Error", container.inside ? container.inside->error : std::string{}},
             {"StartedAt", moment(container.started)},
             {"FinishedAt", moment(container.finished)}};
  if (health_of(container) != "none") state["Health"] = health_json(daemon, container);
  return state;
}

}  // namespace

/// How "Up 5 minutes" goes on.
static std::string health_suffix(const Container& container) {
  const auto health = health_of(container);
  if (health == "none") return {};
  return health == "starting" ? " (health: starting)" : " (" + health + ")";
}

std::string status_of(const Daemon& daemon, const Container& container) {
  // Ages are what a reader of wall-clock time stamps would work out.
  const auto age = [&](Nanos since) {
    return human_duration(daemon.clock.to_wall(daemon.clock.now() - since));
  };
  switch (container.state) {
    case ContainerState::created:
      return "Created";
    case ContainerState::paused:
      return fmt::format("Up {} (Paused)", age(*container.started));
    case ContainerState::running:
      return fmt::format("Up {}{}", age(*container.started),
                         health_suffix(container));
    case ContainerState::restarting:
      return fmt::format("Restarting ({}) {} ago", container.exit_code, age(*container.finished));
    case ContainerState::removing:
      return "Removal In Progress";
    case ContainerState::exited:
      return fmt::format("Exited ({}) {} ago", container.exit_code, age(*container.finished));
    case ContainerState::dead:
      return "Dead";
  }
  return {};
}

std::string endpoint_id(const Container& container, const NetworkEndpoint& endpoint) {
  return seeded_hex_id(0, "endpoint/" + container.identity.id + (endpoint.network == container.identity.network ? "" : "/" + endpoint.network));
}

std::string health_of(const Container& container) {
  if (container.spec) return container.inside ? to_string(container.inside->health.state()) : "none";
  if (!container.identity.has_healthcheck) return "none";
  if (!container.is_running()) return "unhealthy";
  return container.identity.health.empty() ? "healthy" : container.identity.health;
}

json container_summary(const Daemon& daemon, const Container& container) {
  const auto& identity = container.identity;
  json summary{
      {"Id", identity.id},
      {"Names", {"/" + identity.name}},
      {"Image", identity.image},
      {"ImageID", identity.image_id},
      {"Command", command_line(identity.command)},
      {"Created", std::chrono::floor<std::chrono::seconds>(daemon.clock.epoch_at(container.created)).count()},
      {"Ports", list_ports(container)}};
  summary.update({{"Labels", identity.labels},
                  {"State", to_string(container.state)},
                  {"Status", ""},
                  {"HostConfig", {{"NetworkMode", identity.network}}},
                  {"NetworkSettings", {{"Networks", networks_json(container, true)}}},
                  {"Mounts", mounts_json(container)}});
  return summary;
}

json container_details(const Daemon& daemon, const Container& container, bool with_size) {
  const auto& identity = container.identity;
  const auto root = "/var/lib/docker/containers/" + identity.id;
  const auto configured = configured_json(daemon, container);
  json details{{"Id", identity.id},
               {"Created", daemon.wire_time(container.created)},
               {"Path", identity.command.empty() ? "" : identity.command.front()},
               {"Args", identity.command.empty()
                            ? std::vector<std::string>{}
                            : std::vector<std::string>(identity.command.begin() + 1, identity.command.end())},
               {"State", state_json(daemon, container)},
               {"Image", identity.image_id},
               {"ResolvConfPath", root + "/resolv.conf"},
               {"HostnamePath", root + "/hostname"},
               {"HostsPath", root + "/hosts"},
               {"LogPath", root + "/" + identity.id + "-json.log"},
               {"Name", "/" + identity.name},
               {"RestartCount", container.restart_count},
               {"Driver", "overlay2"},
               {"Platform", "linux"},
               {"MountLabel", ""},
               {"ProcessLabel", ""},
               {"AppArmorProfile", "docker-default"},
               {"ExecIDs", nullptr},
               {"HostConfig", configured.host},
               {"GraphDriver", {{"Name", "overlay2"}, {"Data", {{"MergedDir", root + "/merged"}}}}}};
  if (with_size) details.update({{"SizeRw", 4096}, {"SizeRootFs", 45187072}});
  // What was before networks had names is told of the default one alone.
  json first{{"EndpointID", ""}, {"Gateway", ""}, {"IPAddress", ""}, {"IPPrefixLen", 0}, {"MacAddress", ""}};
  for (const auto& endpoint : endpoints_of(container)) {
    if (endpoint.network != "bridge") continue;
    const auto all = endpoint_json(container, endpoint);
    for (auto& [key, value] : first.items()) value = all[key];
  }
  json settings{{"Bridge", ""},
                {"SandboxID", container.is_running() ? seeded_hex_id(0, "sandbox/" + identity.id) : ""},
                {"SandboxKey", container.is_running() ? "/var/run/docker/netns/" + identity.id.substr(0, 12) : ""},
                {"Ports", container.is_running() ? bound_ports(container, false) : json::object()},
                {"HairpinMode", false},
                {"LinkLocalIPv6Address", ""},
                {"LinkLocalIPv6PrefixLen", 0},
                {"SecondaryIPAddresses", nullptr},
                {"SecondaryIPv6Addresses", nullptr},
                {"GlobalIPv6Address", ""},
                {"GlobalIPv6PrefixLen", 0},
                {"IPv6Gateway", ""}};
  settings.update(first);
  settings["Networks"] = networks_json(container, false);
  details.update({{"Mounts", mounts_json(container)},
                  {"Config", configured.config},
                  {"NetworkSettings", settings}});
  return details;
}

Answer inspect_container(Daemon& daemon, const Request& request) {
  const auto& container = daemon.fleet.at(daemon.find(request.id));
  return json_reply(container_details(daemon, container, request.flag("size")));
}

}  // namespace leakrig::api
