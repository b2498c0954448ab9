#include "harness/fake_docker/state/network_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "harness/core/text_fields.h"

namespace leakrig {

std::string ipv4_text(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 255U, (address >> 8U) & 255U, address & 255U);
}

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > 255) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    address = (address << 8U) | value;
    if (part == 3) break;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  return text.empty() ? std::optional{address} : std::nullopt;
}

std::optional<Subnet> Subnet::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ipv4(text.substr(0, slash));
  if (!address || slash == std::string_view::npos) return std::nullopt;
  const auto digits = text.substr(slash + 1);
  const int prefix = whole_number<int>(digits).value_or(-1);
  if (prefix < 1 || prefix > 32) return std::nullopt;
  return Subnet{*address & (~0U << (32 - prefix)), prefix};
}

std::string Subnet::text() const {
  return fmt::format("{}/{}", ipv4_text(base), prefix);
}

bool Subnet::overlaps(const Subnet& other) const {
  const auto mask = ~0U << (32 - std::min(prefix, other.prefix));
  return (base & mask) == (other.base & mask);
}

bool Subnet::contains(std::uint32_t address) const {
  return (address & (~0U << (32 - prefix))) == base;
}

NetworkStore::NetworkStore(std::uint64_t seed, bool with_fleet) : seed_(seed) {
  const auto built_in = [this](const char* name, const char* driver) {
    DockerNetwork network;
    network.name = name;
    network.driver = driver;
    network.built_in = true;
    return &add(std::move(network));
  };
  auto& bridge = *built_in("bridge", "bridge");
  bridge.subnet = Subnet::parse("172.17.0.0/16");
  bridge.gateway = "172.17.0.1";
  bridge.options = {{"com.docker.network.bridge.default_bridge", "true"},
                    {"com.docker.network.bridge.enable_icc", "true"},
                    {"com.docker.network.bridge.enable_ip_masquerade", "true"},
                    {"com.docker.network.bridge.host_binding_ipv4", "0.0.0.0"},
                    {"com.docker.network.bridge.name", "docker0"},
                    {"com.docker.network.driver.mtu", "1500"}};
  built_in("host", "host");
  built_in("none", "null");
  if (!with_fleet) return;
  // The fleet's containers have their addresses by their number (fleet/container_identity.cpp).
  DockerNetwork shop;
  shop.name = "shop_default";
  shop.subnet = Subnet::parse("172.18.0.0/16");
  shop.gateway = "172.18.0.1";
  shop.labels = {{"com.docker.compose.network", "default"}, {"com.docker.compose.project", "shop"}, {"com.docker.compose.version", "2.32.4"}};
  add(std::move(shop));
}

DockerNetwork* NetworkStore::find(std::string_view reference) {
  if (reference.empty()) return nullptr;
  for (auto& [name, network] : networks_) {
    if (network.id == reference) return &network;
  }
  if (const auto named = networks_.find(std::string{reference}); named != networks_.end()) return &named->second;
  for (auto& [name, network] : networks_) {
    if (network.id.starts_with(reference)) return &network;
  }
  return nullptr;
}

bool NetworkStore::overlaps(const Subnet& subnet) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const auto& each) {
    return each.second.subnet && each.second.subnet->overlaps(subnet);
  });
}

std::optional<Subnet> NetworkStore::free_subnet() const {
  // 172.17 to 172.31 in sixteens of bits, then 192.168 in twenties (moby libnetwork/ipamutils).
  for (std::uint32_t second = 17; second <= 31; ++second) {
    const Subnet candidate{(172U << 24U) | (second << 16U), 16};
    if (!overlaps(candidate)) return candidate;
  }
  for (std::uint32_t third = 0; third < 256; third += 16) {
    const Subnet candidate{(192U << 24U) | (168U << 16U) | (third << 8U), 20};
    if (!overlaps(candidate)) return candidate;
  }
  return std::nullopt;
}

DockerNetwork& NetworkStore::add(DockerNetwork network) {
  const bool is_own = network.built_in || network.name == "shop_default";
  network.id = seeded_hex_id(seed_, is_own ? "network/" + network.name : fmt::format("network/{}/{}", network.name, ++made_));
  return networks_[network.name] = std::move(network);
}

std::optional<NetworkEndpoint> NetworkStore::join(DockerNetwork& network, const std::string& wish) {
  NetworkEndpoint endpoint;
  endpoint.network = network.name;
  endpoint.network_id = network.id;
  if (!network.subnet) return endpoint;
  const auto& subnet = *network.subnet;
  const auto gateway = parse_ipv4(network.gateway).value_or(subnet.base + 1);
  std::optional<std::uint32_t> address;
  if (!wish.empty()) {
    address = parse_ipv4(wish);
    if (!address || !subnet.contains(*address) || network.taken.count(*address) != 0) return std::nullopt;
  } else {
    // Those of the fleet's own containers lie at the beginning of its network.
    std::uint32_t next = network.name == "shop_default" ? subnet.base + 0x8000U : subnet.base + 1;
    const auto last = subnet.base + subnet.hosts();
    while (next <= last && (next == gateway || network.taken.count(next) != 0)) ++next;
    if (next > last) return std::nullopt;
    address = next;
  }
  network.taken.insert(*address);
  endpoint.ip_address = ipv4_text(*address);
  endpoint.prefix = subnet.prefix;
  endpoint.gateway = network.internal ? "" : network.gateway;
  endpoint.mac_address = fmt::format("02:42:{:02x}:{:02x}:{:02x}:{:02x}", *address >> 24U, (*address >> 16U) & 255U,
                                     (*address >> 8U) & 255U, *address & 255U);
  return endpoint;
}

void NetworkStore::leave(const NetworkEndpoint& endpoint) {
  const auto network = networks_.find(endpoint.network);
  const auto address = parse_ipv4(endpoint.ip_address);
  if (network != networks_.end() && address) network->second.taken.erase(*address);
}

}  // namespace leakrig
