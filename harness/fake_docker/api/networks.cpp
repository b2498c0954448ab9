// Networks: list, inspect, create, connect, disconnect, remove.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/network_events.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/api/text_match.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

using namespace std::string_view_literals;

constexpr std::array kNetworkFilters{"dangling"sv, "driver"sv, "id"sv,  "label"sv,
                                     "name"sv,     "scope"sv,  "type"sv};

json network_json(const Daemon& daemon, const DockerNetwork& network) {
  auto config = json::array();
  if (network.subnet) {
    config.push_back({{"Subnet", network.subnet->text()}, {"Gateway", network.gateway}});
    if (!network.ip_range.empty()) config[0]["IPRange"] = network.ip_range;
  }
  return {{"Name", network.name},
          {"Id", network.id},
          {"Created", daemon.wire_time(network.created)},
          {"Scope", "local"},
          {"Driver", network.driver},
          {"EnableIPv4", true},
          {"EnableIPv6", network.ipv6},
          {"IPAM", {{"Driver", "default"}, {"Options", network.built_in ? json(nullptr) : json::object()}, {"Config", config}}},
          {"Internal", network.internal},
          {"Attachable", network.attachable},
          {"Ingress", false},
          {"ConfigFrom", {{"Network", ""}}},
          {"ConfigOnly", false},
          {"Containers", json::object()},
          {"Options", network.options},
          {"Labels", network.labels}};
}

DockerNetwork& network_at(Daemon& daemon, const std::string& reference) {
  auto* const network = daemon.networks.find(reference);
  if (network == nullptr) throw ApiError(404, fmt::format("network {} not found", reference));
  return *network;
}

std::map<std::string, std::string> text_map(const nlohmann::json& given) {
  std::map<std::string, std::string> map;
  for (const auto& [key, value] : given.items()) {
    if (value.is_string()) map[key] = value.get<std::string>();
  }
  return map;
}

/// The addresses that a network is to have, or a free pool.
void take_addresses(const Daemon& daemon, const nlohmann::json& body, DockerNetwork& network) {
  const auto& configs = member(member(body, "IPAM"), "Config");
  for (const auto& config : configs.is_array() ? configs : nlohmann::json::array()) {
    const auto text = text_at(config, "Subnet");
    if (text.find(':') != std::string::npos) continue;  // IPv6 is not acted
    if (text.empty()) break;
    network.subnet = Subnet::parse(text);
    if (!network.subnet) throw api_error::bad_parameter(fmt::format("invalid network config:\ninvalid subnet {}: invalid CIDR block notation", text));
    if (daemon.networks.overlaps(*network.subnet))
      throw ApiError(403, "invalid pool request: Pool overlaps with other one on this address space");
    network.gateway = text_at(config, "Gateway");
    network.ip_range = text_at(config, "IPRange");
    break;
  }
  if (!network.subnet) network.subnet = daemon.networks.free_subnet();
  if (!network.subnet) throw api_error::bad_parameter("all predefined address pools have been fully subnetted");
  if (network.gateway.empty()) network.gateway = ipv4_text(network.subnet->base + 1);
}

/// Networks that a running container is in.
std::set<std::string> used_networks(const Daemon& daemon) {
  std::set<std::string> used;
  for (const auto& [serial, index] : daemon.fleet.by_age()) {
    const auto& container = daemon.fleet.at(index);
    if (!container.is_running()) continue;
    if (!container.inside || !container.inside->moved) {
      used.insert(container.identity.network);
    } else {
      for (const auto& endpoint : container.inside->endpoints) used.insert(endpoint.network);
    }
  }
  return used;
}

void remove_network_now(Daemon& daemon, const DockerNetwork& network) {
  publish_network(daemon, network, "destroy");
  daemon.networks.remove(std::string{network.name});
}

}  // namespace

void publish_network(Daemon& daemon, const DockerNetwork& network, const std::string& action, const std::string& container) {
  std::map<std::string, std::string> attributes{{"name", network.name}, {"type", network.driver}};
  if (!container.empty()) attributes["container"] = container;
  daemon.publish("network", action, network.id, std::move(attributes));
}

Answer list_networks(Daemon& daemon, const Request& request) {
  const auto filters = Filters::parse(request.param("filters"), kNetworkFilters);
  auto list = json::array();
  const auto used = filters.has("dangling") ? used_networks(daemon) : std::set<std::string>{};
  for (const auto& [name, network] : daemon.networks.all()) {
    if (!contains_any(filters.values("name"), network.name) ||
        !contains_any(filters.values("id"), network.id) || !filters.admits("driver", network.driver) ||
        !filters.admits("scope", "local") || !filters.admits_labels(network.labels) ||
        !filters.admits("type", network.built_in ? "builtin" : "custom")) {
      continue;
    }
    if (filters.has("dangling")) {
      const bool wants_unused = filters.values("dangling").count("true") != 0 || filters.values("dangling").count("1") != 0;
      if (wants_unused != (!network.built_in && used.count(name) == 0)) continue;
    }
    list.push_back(network_json(daemon, network));
  }
  return json_reply(list);
}

/// Appends a container that runs in a network to its list. As text: there may be 20,000, and names and addresses need no
/// escapes.
static void append_place(const Container& container, const std::string& network, std::string& list) {
  const auto& identity = container.identity;
  const bool is_still = !container.inside || !container.inside->moved;
  if (!container.is_running() || (is_still && identity.network != network)) return;
  for (const auto& endpoint : endpoints_of(container)) {
    if (endpoint.network != network) continue;
    fmt::format_to(std::back_inserter(list),
                   R"({}"{}":{{"Name":"{}","EndpointID":"{}","MacAddress":"{}","IPv4Address":"{}","IPv6Address":""}})",
                   list.empty() ? "" : ",", identity.id, identity.name, endpoint_id(container, endpoint), endpoint.mac_address,
                   endpoint.ip_address.empty() ? "" : fmt::format("{}/{}", endpoint.ip_address, endpoint.prefix));
  }
}

static boost::asio::awaitable<void> write_network(Daemon& daemon, const Request& request, ReplyStream& out) {
  constexpr std::size_t kPlacesATurn = 2000;
  constexpr std::string_view kPlace = R"("Containers":{})";
  const auto& found = network_at(daemon, request.id);
  const auto name = found.name;
  // Others are served meanwhile, and may remove it.
  auto reply = json_reply(network_json(daemon, found));
  std::string list;
  const auto& by_age = daemon.fleet.by_age();
  std::uint64_t next = 0;
  for (auto each = by_age.begin(); each != by_age.end() && !out.over(); each = by_age.lower_bound(next)) {
    for (std::size_t looked = 0; looked < kPlacesATurn && each != by_age.end(); ++looked, ++each) {
      next = each->first + 1;
      append_place(daemon.fleet.at(each->second), name, list);
    }
    if (each != by_age.end()) co_await out.let_others_run();
  }
  reply.body.insert(reply.body.find(kPlace) + kPlace.size() - 1, list);
  if (!out.over()) co_await out.send_reply(std::move(reply));
}

Answer inspect_network(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_network};
  return Streamed{&kWriter};
}

Answer create_network(Daemon& daemon, const Request& request) {
  const auto body = read_body(request.body);
  DockerNetwork network;
  network.name = text_at(body, "Name");
  if (network.name.find_first_not_of(' ') == std::string::npos) throw api_error::bad_parameter("network name cannot be empty");
  if (const auto driver = text_at(body, "Driver"); !driver.empty() && driver != "default") network.driver = driver;
  if (network.driver == "overlay") {
    throw ApiError(503,
                   "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to "
                   "swarm and try again.");
  }
  if (network.driver == "host" || network.driver == "null")
    throw ApiError(403, fmt::format("only one instance of \"{}\" network is allowed", network.driver));
  if (network.driver != "bridge" && network.driver != "macvlan" && network.driver != "ipvlan")
    throw ApiError(404, fmt::format("could not find plugin {0} in v1 plugin registry: plugin \"{0}\" not found", network.driver));
  if (const auto found = daemon.networks.all().find(network.name); found != daemon.networks.all().end()) {
    if (found->second.built_in) throw ApiError(403, fmt::format("operation is not permitted on predefined {} network ", network.name));
    throw ApiError(409, fmt::format("network with name {} already exists", network.name));
  }
  if (daemon.networks.all().size() >= NetworkStore::kMost) throw ApiError(503, "the daemon has no memory left for more networks: remove some");
  network.internal = flag_at(body, "Internal");
  network.attachable = flag_at(body, "Attachable");
  network.ipv6 = flag_at(body, "EnableIPv6");
  network.labels = text_map(member(body, "Labels"));
  network.options = text_map(member(body, "Options"));
  network.created = daemon.clock.now();
  take_addresses(daemon, body, network);
  const auto& made = daemon.networks.add(std::move(network));
  publish_network(daemon, made, "create");
  return json_reply({{"Id", made.id}, {"Warning", ""}}, 201);
}

Answer remove_network(Daemon& daemon, const Request& request) {
  const auto& network = network_at(daemon, request.id);
  if (network.built_in) throw ApiError(403, fmt::format("{} is a pre-defined network and cannot be removed", network.name));
  if (used_networks(daemon).count(network.name) != 0)
    throw ApiError(403, fmt::format("error while removing network: network {} id {} has active endpoints", network.name, network.id));
  remove_network_now(daemon, network);
  return empty_reply(204);
}

Answer connect_network(Daemon& daemon, const Request& request) {
  const auto body = read_body(request.body);
  auto& network = network_at(daemon, request.id);
  const auto index = daemon.find(text_at(body, "Container"));
  const auto& container = daemon.fleet.at(index);
  auto endpoints = endpoints_of(container);
  for (const auto& endpoint : endpoints) {
    if (endpoint.network == network.name)
      throw ApiError(403, fmt::format("endpoint with name {} already exists in network {}", container.identity.name, network.name));
    if (endpoint.network == "host")
      throw ApiError(403, "container cannot be disconnected from host network or connected to host network");
  }
  const auto& config = member(body, "EndpointConfig");
  const auto wish = text_at(member(config, "IPAMConfig"), "IPv4Address");
  auto endpoint = daemon.networks.join(network, wish);
  if (!endpoint) {
    throw ApiError(wish.empty() ? 403 : 409, wish.empty() ? fmt::format("no available IPv4 addresses on this network's address pools: {} ({})", network.name, network.id)
                                                         : "Address already in use");
  }
  endpoint->aliases = words_at(config, "Aliases");
  endpoints.push_back(*endpoint);
  daemon.fleet.set_endpoints(index, std::move(endpoints));
  if (container.is_running()) publish_network(daemon, network, "connect", container.identity.id);
  return empty_reply();
}

Answer disconnect_network(Daemon& daemon, const Request& request) {
  const auto body = read_body(request.body);
  const auto& network = network_at(daemon, request.id);
  const auto index = daemon.find(text_at(body, "Container"));
  const auto& container = daemon.fleet.at(index);
  auto endpoints = endpoints_of(container);
  const auto place = std::find_if(endpoints.begin(), endpoints.end(), [&](const NetworkEndpoint& each) { return each.network == network.name; });
  if (place == endpoints.end())
    throw ApiError(500, fmt::format("container {} is not connected to network {}", container.identity.id, network.name));
  daemon.networks.leave(*place);
  endpoints.erase(place);
  daemon.fleet.set_endpoints(index, std::move(endpoints));
  if (container.is_running()) publish_network(daemon, network, "disconnect", container.identity.id);
  return empty_reply();
}

Answer prune_networks(Daemon& daemon, const Request& request) {
  const auto choice = PruneChoice::read(daemon, request);
  std::vector<std::string> unused;
  const auto used = used_networks(daemon);
  for (const auto& [name, network] : daemon.networks.all()) {
    if (!network.built_in && choice.takes(daemon, network.created, network.labels) && used.count(name) == 0) unused.push_back(name);
  }
  for (const auto& name : unused) remove_network_now(daemon, daemon.networks.all().at(name));
  daemon.publish("network", "prune", "", {{"reclaimed", "0"}});
  return json_reply({{"NetworksDeleted", unused.empty() ? json(nullptr) : json(unused)}});
}

}  // namespace leakrig::api
