#include "harness/fake_docker/api/create_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "harness/core/text_fields.h"
#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/http/errors.h"

namespace leakrig::api {
namespace {

/// Where the kernel, and so dockerd, begins with ports of its own choice.
constexpr unsigned kLastFreePort = 60999;

struct PortRange {
  unsigned low = 0;
  unsigned high = 0;
};

std::optional<PortRange> port_range(std::string_view text) {
  PortRange range;
  const auto dash = text.find('-');
  const auto number = [](std::string_view digits, unsigned& into) {
    into = whole_number<unsigned>(digits).value_or(65536);
    return into <= 65535;
  };
  if (!number(text.substr(0, dash), range.low)) return std::nullopt;
  range.high = range.low;
  if (dash != std::string_view::npos && (!number(text.substr(dash + 1), range.high) || range.high < range.low)) return std::nullopt;
  return range;
}

/// "80/udp".
PublishedPort container_port(const std::string& text) {
  const auto slash = text.find('/');
  const auto range = port_range(std::string_view{text}.substr(0, slash));
  const auto protocol = slash == std::string::npos ? std::string{"tcp"} : text.substr(slash + 1);
  if (!range || range->low == 0 || range->low != range->high) throw api_error::bad_parameter(fmt::format("invalid port specification: \"{}\"", text));
  PublishedPort port;
  port.container_port = static_cast<std::uint16_t>(range->low);
  if (protocol == "udp") {
    port.protocol = PortProtocol::udp;
  } else if (protocol == "sctp") {
    port.protocol = PortProtocol::sctp;
  } else if (protocol != "tcp") {
    throw api_error::bad_parameter(fmt::format("invalid proto: {}", protocol));
  }
  return port;
}

using TakenPorts = std::set<std::pair<PortProtocol, std::uint16_t>>;

TakenPorts taken_ports(const Daemon& daemon) {
  TakenPorts taken;
  for (const auto& [serial, index] : daemon.fleet.by_age()) {
    for (const auto& port : daemon.fleet.at(index).identity.ports) {
      if (port.host_port != 0) taken.emplace(port.protocol, port.host_port);
    }
  }
  return taken;
}

std::uint16_t free_port(const Daemon& daemon, PortRange range, PortProtocol protocol, TakenPorts& taken) {
  const bool is_looked_at = daemon.listens_on_ports && protocol == PortProtocol::tcp && range.low < range.high;
  for (auto number = range.low; number <= range.high; ++number) {
    const auto port = static_cast<std::uint16_t>(number);
    if (taken.contains({protocol, port}) || (is_looked_at && !PortListeners::is_free(port))) continue;
    taken.emplace(protocol, port);
    return port;
  }
  return static_cast<std::uint16_t>(range.low);
}

/// Of those that dockerd gives by itself.
PortRange any_port(const Daemon& daemon) {
  return {daemon.first_free_port, kLastFreePort};
}

/// "source:destination[:mode]".
MountPoint bind_of(Daemon& daemon, const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at != std::string::npos;) {
    const auto colon = text.find(':', at);
    parts.push_back(text.substr(at, colon == std::string::npos ? colon : colon - at));
    at = colon == std::string::npos ? colon : colon + 1;
  }
  if (parts.size() < 2 || parts.size() > 3 || parts[0].empty() || !parts[1].starts_with('/'))
    throw api_error::bad_parameter(fmt::format("invalid volume specification: '{}'", text));
  MountPoint mount;
  mount.destination = parts[1];
  mount.mode = parts.size() == 3 ? parts[2] : parts[0].starts_with('/') ? "" : "z";
  mount.writable = ("," + mount.mode + ",").find(",ro,") == std::string::npos;
  if (parts[0].starts_with('/')) {
    mount.type = "bind";
    mount.source = parts[0];
    return mount;
  }
  mount.type = "volume";
  make_volume(daemon, {parts[0], {}, false, {}, {}}, mount.name);
  return mount;
}

MountPoint mount_of(Daemon& daemon, const nlohmann::json& given) {
  MountPoint mount;
  mount.type = text_at(given, "Type");
  mount.destination = text_at(given, "Target");
  mount.source = text_at(given, "Source");
  mount.writable = !flag_at(given, "ReadOnly");
  if (mount.type != "bind" && mount.type != "volume" && mount.type != "tmpfs")
    throw api_error::bad_parameter(fmt::format("mount type unknown: \"{}\"", mount.type));
  if (mount.destination.empty()) throw api_error::bad_parameter(fmt::format("invalid mount config for type \"{}\": field Target must not be empty", mount.type));
  if (!mount.destination.starts_with('/'))
    throw api_error::bad_parameter(fmt::format("invalid mount config for type \"{}\": invalid mount path: '{}' mount path must be absolute", mount.type, mount.destination));
  if (mount.type == "bind" && mount.source.empty()) throw api_error::bad_parameter("invalid mount config for type \"bind\": field Source must not be empty");
  if (mount.type != "volume") return mount;
  mount.mode = "z";
  DockerVolume volume;
  volume.name = mount.source;
  for (const auto& [key, value] : member(member(given, "VolumeOptions"), "Labels").items()) volume.labels[key] = value.is_string() ? value.get<std::string>() : "";
  make_volume(daemon, std::move(volume), mount.name);
  return mount;
}

}  // namespace

std::vector<PublishedPort> ports_asked_for(const Daemon& daemon, const nlohmann::json& body, const std::vector<std::string>& exposed_by_image) {
  const auto& host = member(body, "HostConfig");
  std::map<std::string, std::vector<PublishedPort>> ports;
  const auto key_of = [](const PublishedPort& port) { return fmt::format("{}/{}", port.container_port, to_string(port.protocol)); };
  const auto expose = [&](const std::string& text) {
    const auto port = container_port(text);
    ports.try_emplace(key_of(port), std::vector{port});
  };
  for (const auto& text : exposed_by_image) expose(text);
  for (const auto& [text, nothing] : member(body, "ExposedPorts").items()) expose(text);
  const auto& bindings = member(host, "PortBindings");
  const bool publishes_all = flag_at(host, "PublishAllPorts");
  TakenPorts taken;
  if (publishes_all || !bindings.empty()) taken = taken_ports(daemon);
  for (const auto& [text, wanted] : bindings.items()) {
    const auto port = container_port(text);
    auto& list = ports[key_of(port)];
    list.clear();
    for (const auto& binding : wanted.is_array() ? wanted : nlohmann::json::array()) {
      auto published = port;
      published.host_ip = text_at(binding, "HostIp");
      if (published.host_ip == "0.0.0.0") published.host_ip.clear();
      const auto given = text_at(binding, "HostPort");
      const auto range = given.empty() || given == "0" ? any_port(daemon) : port_range(given).value_or(PortRange{});
      if (range.low == 0) throw api_error::bad_parameter(fmt::format("invalid port specification: \"{}\"", given));
      published.host_port = free_port(daemon, range, port.protocol, taken);
      list.push_back(std::move(published));
    }
    if (list.empty()) list.push_back(port);
  }
  std::vector<PublishedPort> all;
  for (auto& [key, list] : ports) {
    for (auto& port : list) {
      if (publishes_all && port.host_port == 0) port.host_port = free_port(daemon, any_port(daemon), port.protocol, taken);
      all.push_back(std::move(port));
    }
  }
  return all;
}

std::vector<MountPoint> mounts_asked_for(Daemon& daemon, const nlohmann::json& body) {
  const auto& host = member(body, "HostConfig");
  std::vector<MountPoint> mounts;
  for (const auto& text : words_at(host, "Binds")) mounts.push_back(bind_of(daemon, text));
  const auto& given = member(host, "Mounts");
  for (const auto& each : given.is_array() ? given : nlohmann::json::array()) mounts.push_back(mount_of(daemon, each));
  for (const auto& [path, options] : member(body, "Volumes").items()) {
    const bool is_there = std::any_of(mounts.begin(), mounts.end(), [&path = path](const MountPoint& mount) { return mount.destination == path; });
    if (is_there) continue;
    MountPoint mount;
    mount.type = "volume";
    mount.destination = path;
    make_volume(daemon, {}, mount.name);
    mounts.push_back(std::move(mount));
  }
  for (auto& mount : mounts) {
    if (mount.type == "volume") mount.source = "/var/lib/docker/volumes/" + mount.name + "/_data";
  }
  return mounts;
}

std::vector<NetworkEndpoint> places_asked_for(Daemon& daemon, const nlohmann::json& body, const std::string& mode) {
  const auto& configs = member(member(body, "NetworkingConfig"), "EndpointsConfig");
  std::vector<std::string> names;
  bool has_its_mode = configs.empty();
  for (const auto& [name, config] : configs.items()) {
    const auto* const network = daemon.networks.find(name);
    const auto* const first = daemon.networks.find(mode);
    // "default" is what clients call the one that they do not name.
    const bool is_default = name == "default" && mode == "bridge";
    if (name == mode || is_default || (network != nullptr && network == first)) {
      has_its_mode = true;
    } else {
      names.push_back(name);
    }
  }
  // dockerd's updateContainerNetworkSettings: who names endpoints is in those alone.
  if (has_its_mode && !mode.starts_with("container:")) names.insert(names.begin(), mode);
  std::vector<NetworkEndpoint> places;
  for (const auto& name : names) {
    auto* const network = daemon.networks.find(name);
    if (network == nullptr) {
      places.push_back({name, {}, {}, {}, {}, 0, {}});
      continue;
    }
    const auto& by_name = member(configs, network->name.c_str());
    const auto& by_given = by_name.is_null() ? member(configs, name.c_str()) : by_name;
    const auto& config = by_given.is_null() && name == "bridge" ? member(configs, "default") : by_given;
    const auto wish = text_at(member(config, "IPAMConfig"), "IPv4Address");
    auto place = daemon.networks.join(*network, wish);
    if (!place) throw ApiError(wish.empty() ? 403 : 409, wish.empty() ? "no available IPv4 addresses on this network's address pools: " + network->name : "Address already in use");
    place->aliases = words_at(config, "Aliases");
    if (const auto mac = text_at(config, "MacAddress"); !mac.empty()) place->mac_address = mac;
    places.push_back(std::move(*place));
  }
  return places;
}

}  // namespace leakrig::api
