// Networks and volumes: those that the containers use.
#include <fmt/format.h>

#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

using namespace std::string_view_literals;

constexpr std::array kNetworkFilters{"dangling"sv, "driver"sv, "id"sv,  "label"sv,
                                     "name"sv,     "scope"sv,  "type"sv};
constexpr std::array kVolumeFilters{"dangling"sv, "driver"sv, "label"sv, "name"sv};

struct Network {
  std::string name;
  std::string id;
  std::string driver;
};

std::vector<Network> networks_of(const Daemon& daemon) {
  const auto seed = daemon.fleet.config().seed;
  std::set<std::string> names{"bridge", "host", "none"};
  for (const auto& [serial, index] : daemon.fleet.by_age()) names.insert(daemon.fleet.at(index).identity.network);
  std::vector<Network> networks;
  for (const auto& name : names) {
    const auto driver = name == "host" ? "host" : name == "none" ? "null" : "bridge";
    networks.push_back({name, seeded_hex_id(seed, "network/" + name), driver});
  }
  return networks;
}

json network_json(const Daemon& daemon, const Network& network) {
  auto config = json::array();
  if (network.driver == "bridge") config.push_back({{"Subnet", "172.18.0.0/16"}, {"Gateway", "172.18.0.1"}});
  return {{"Name", network.name},
          {"Id", network.id},
          {"Created", daemon.wire_time(Nanos{0})},
          {"Scope", "local"},
          {"Driver", network.driver},
          {"EnableIPv4", true},
          {"EnableIPv6", false},
          {"IPAM", {{"Driver", "default"}, {"Options", nullptr}, {"Config", config}}},
          {"Internal", false},
          {"Attachable", false},
          {"Ingress", false},
          {"ConfigFrom", {{"Network", ""}}},
          {"ConfigOnly", false},
          {"Containers", json::object()},
          {"Options", json::object()},
          {"Labels", json::object()}};
}

/// A network's answer with those that run in it. As text: there may be 20,000, and names and addresses need no escapes.
Reply with_containers(Reply reply, const Daemon& daemon, const std::string& network) {
  constexpr std::string_view kPlace = R"("Containers":{})";
  std::string list;
  for (const auto& [serial, index] : daemon.fleet.by_age()) {
    const auto& container = daemon.fleet.at(index);
    const auto& identity = container.identity;
    if (!container.is_running() || identity.network != network) continue;
    fmt::format_to(std::back_inserter(list),
                   R"({}"{}":{{"Name":"{}","EndpointID":"{}","MacAddress":"{}","IPv4Address":"{}/16","IPv6Address":""}})",
                   list.empty() ? "" : ",", identity.id, identity.name,
                   seeded_hex_id(0, "endpoint/" + identity.id), identity.mac_address, identity.ip_address);
  }
  reply.body.insert(reply.body.find(kPlace) + kPlace.size() - 1, list);
  return reply;
}

json volume_json(const Daemon& daemon, const std::string& name) {
  return {{"CreatedAt", daemon.wire_time(Nanos{0}).substr(0, 19) + "Z"},
          {"Driver", "local"},
          {"Labels", nullptr},
          {"Mountpoint", "/var/lib/docker/volumes/" + name + "/_data"},
          {"Name", name},
          {"Options", nullptr},
          {"Scope", "local"}};
}

std::set<std::string> volumes_of(const Daemon& daemon) {
  std::set<std::string> names;
  for (const auto& [serial, index] : daemon.fleet.by_age()) {
    const auto& volumes = daemon.fleet.at(index).identity.volumes;
    names.insert(volumes.begin(), volumes.end());
  }
  return names;
}

bool contains_any(const std::set<std::string>& wanted, const std::string& text) {
  if (wanted.empty()) return true;
  for (const auto& part : wanted) {
    if (text.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Answer list_networks(Daemon& daemon, const Request& request) {
  const auto filters = Filters::parse(request.param("filters"), kNetworkFilters);
  auto list = json::array();
  for (const auto& network : networks_of(daemon)) {
    const bool is_builtin = network.name == "bridge" || network.name == "host" || network.name == "none";
    if (!contains_any(filters.values("name"), network.name) ||
        !contains_any(filters.values("id"), network.id) || !filters.admits("driver", network.driver) ||
        !filters.admits("scope", "local") || filters.has("label") ||
        !filters.admits("type", is_builtin ? "builtin" : "custom")) {
      continue;
    }
    list.push_back(network_json(daemon, network));
  }
  return json_reply(list);
}

Answer inspect_network(Daemon& daemon, const Request& request) {
  for (const auto& network : networks_of(daemon)) {
    if (network.name == request.id || network.id.starts_with(request.id))
      return with_containers(json_reply(network_json(daemon, network)), daemon, network.name);
  }
  throw ApiError(404, fmt::format("network {} not found", request.id));
}

json volumes_json(const Daemon& daemon) {
  auto list = json::array();
  for (const auto& name : volumes_of(daemon)) {
    auto volume = volume_json(daemon, name);
    volume["UsageData"] = {{"RefCount", 1}, {"Size", 1048576}};
    list.push_back(std::move(volume));
  }
  return list;
}

Answer list_volumes(Daemon& daemon, const Request& request) {
  const auto filters = Filters::parse(request.param("filters"), kVolumeFilters);
  auto list = json::array();
  for (const auto& name : volumes_of(daemon)) {
    if (!contains_any(filters.values("name"), name) || !filters.admits("driver", "local") ||
        filters.has("label") || !filters.admits("dangling", "false")) {
      continue;
    }
    list.push_back(volume_json(daemon, name));
  }
  return json_reply({{"Volumes", list}, {"Warnings", nullptr}});
}

Answer inspect_volume(Daemon& daemon, const Request& request) {
  if (volumes_of(daemon).count(request.id) == 0)
    throw ApiError(404, fmt::format("get {}: no such volume", request.id));
  return json_reply(volume_json(daemon, request.id));
}

}  // namespace leakrig::api
