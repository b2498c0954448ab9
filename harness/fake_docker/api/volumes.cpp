// Volumes: list, inspect, create, remove, prune.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/text_match.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

using namespace std::string_view_literals;

constexpr std::array kVolumeFilters{"dangling"sv, "driver"sv, "label"sv, "name"sv};

json volume_json(const Daemon& daemon, const DockerVolume& volume) {
  auto labels = volume.labels;
  if (volume.anonymous) labels["com.docker.volume.anonymous"] = "";
  return {{"CreatedAt", daemon.wire_time(volume.created).substr(0, 19) + "Z"},
          {"Driver", "local"},
          {"Labels", labels.empty() ? json(nullptr) : json(labels)},
          {"Mountpoint", "/var/lib/docker/volumes/" + volume.name + "/_data"},
          {"Name", volume.name},
          {"Options", volume.options.empty() ? json(nullptr) : json(volume.options)},
          {"Scope", "local"}};
}

/// By volume, the containers that have it.
std::map<std::string, std::vector<std::string>> users_of_volumes(const Daemon& daemon) {
  std::map<std::string, std::vector<std::string>> users;
  for (const auto& [serial, index] : daemon.fleet.by_age()) {
    const auto& identity = daemon.fleet.at(index).identity;
    for (const auto& volume : identity.volumes) users[volume].push_back(identity.id);
  }
  return users;
}

/// What inspect and list see: those that were made, and those of the fleet.
std::map<std::string, DockerVolume> all_volumes(const Daemon& daemon) {
  auto all = daemon.volumes.all();
  for (const auto& [name, users] : users_of_volumes(daemon)) all.try_emplace(name, DockerVolume{name, {}, false, {}, {}});
  return all;
}

void check_volume_name(const std::string& name) {
  const auto is_allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-'; };
  if (name.size() < 2) throw api_error::bad_parameter("volume name is too short, names should be at least two alphanumeric characters");
  if (std::isalnum(static_cast<unsigned char>(name[0])) == 0 || !std::all_of(name.begin(), name.end(), is_allowed)) {
    throw api_error::bad_parameter(fmt::format(
        "create {0}: \"{0}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. "
        "If you intended to pass a host directory, use absolute path",
        name));
  }
}

void remove_now(Daemon& daemon, const std::string& name) {
  daemon.volumes.remove(name);
  daemon.publish("volume", "destroy", name, {{"driver", "local"}});
}

}  // namespace

void make_volume(Daemon& daemon, DockerVolume volume, std::string& name) {
  if (!volume.name.empty()) check_volume_name(volume.name);
  if (volume.name.empty() || daemon.volumes.find(volume.name) == nullptr) {
    if (daemon.volumes.full()) throw ApiError(503, "the daemon has no memory left for more volumes: remove some");
    volume.created = daemon.clock.now();
    const auto& made = daemon.volumes.add(std::move(volume));
    name = made.name;
    daemon.publish("volume", "create", name, {{"driver", "local"}});
  } else {
    name = volume.name;
  }
}

json volumes_json(const Daemon& daemon) {
  auto list = json::array();
  const auto users = users_of_volumes(daemon);
  for (const auto& [name, volume] : all_volumes(daemon)) {
    auto entry = volume_json(daemon, volume);
    const auto found = users.find(name);
    entry["UsageData"] = {{"RefCount", found == users.end() ? 0 : found->second.size()}, {"Size", 1048576}};
    list.push_back(std::move(entry));
  }
  return list;
}

Answer list_volumes(Daemon& daemon, const Request& request) {
  const auto filters = Filters::parse(request.param("filters"), kVolumeFilters);
  auto list = json::array();
  const auto users = users_of_volumes(daemon);
  for (const auto& [name, volume] : all_volumes(daemon)) {
    const bool is_used = users.count(name) != 0;
    const bool fits = !filters.has("dangling") || filters.admits("dangling", is_used ? "false" : "true") ||
                      filters.admits("dangling", is_used ? "0" : "1");
    if (!contains_any(filters.values("name"), name) || !filters.admits("driver", "local") || !filters.admits_labels(volume.labels) || !fits)
      continue;
    list.push_back(volume_json(daemon, volume));
  }
  return json_reply({{"Volumes", list}, {"Warnings", nullptr}});
}

Answer inspect_volume(Daemon& daemon, const Request& request) {
  const auto all = all_volumes(daemon);
  const auto found = all.find(request.id);
  if (found == all.end()) throw ApiError(404, fmt::format("get {}: no such volume", request.id));
  return json_reply(volume_json(daemon, found->second));
}

Answer create_volume(Daemon& daemon, const Request& request) {
  const auto body = read_body(request.body);
  DockerVolume volume;
  volume.name = text_at(body, "Name");
  const auto driver = text_at(body, "Driver");
  if (!driver.empty() && driver != "local")
    throw ApiError(404, fmt::format("create {0}: error looking up volume plugin {1}: plugin \"{1}\" not found", volume.name, driver));
  for (const auto& [key, value] : member(body, "Labels").items()) volume.labels[key] = value.is_string() ? value.get<std::string>() : "";
  for (const auto& [key, value] : member(body, "DriverOpts").items()) volume.options[key] = value.is_string() ? value.get<std::string>() : "";
  std::string name;
  make_volume(daemon, std::move(volume), name);
  return json_reply(volume_json(daemon, *daemon.volumes.find(name)), 201);
}

Answer remove_volume(Daemon& daemon, const Request& request) {
  const auto users = users_of_volumes(daemon);
  if (const auto found = users.find(request.id); found != users.end()) {
    std::string ids;
    for (const auto& id : found->second) ids += (ids.empty() ? "" : ", ") + id;
    throw ApiError(409, fmt::format("remove {}: volume is in use - [{}]", request.id, ids));
  }
  if (daemon.volumes.find(request.id) == nullptr && !request.flag("force"))
    throw ApiError(404, fmt::format("get {}: no such volume", request.id));
  if (daemon.volumes.find(request.id) != nullptr) remove_now(daemon, request.id);
  return empty_reply(204);
}

Answer prune_volumes(Daemon& daemon, const Request& request) {
  constexpr ApiMinor kAnonymousSince = 42;
  const auto choice = PruneChoice::read(daemon, request, "all");
  const auto& all = choice.filters.values("all");
  const bool takes_named = request.api_minor < kAnonymousSince || all.count("true") != 0 || all.count("1") != 0;
  const auto users = users_of_volumes(daemon);
  std::vector<std::string> unused;
  for (const auto& [name, volume] : daemon.volumes.all()) {
    if ((takes_named || volume.anonymous) && users.count(name) == 0 && choice.takes(daemon, volume.created, volume.labels)) unused.push_back(name);
  }
  for (const auto& name : unused) remove_now(daemon, name);
  daemon.publish("volume", "prune", "", {{"reclaimed", "0"}});
  return json_reply({{"VolumesDeleted", unused.empty() ? json(nullptr) : json(unused)}, {"SpaceReclaimed", 0}});
}

}  // namespace leakrig::api
