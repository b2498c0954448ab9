#include "harness/fleet/container_identity.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "harness/core/text_fields.h"

namespace leakrig {
namespace {

struct Service {
  std::string_view name;
  std::string_view image;
  std::string_view command;
  std::uint16_t port;
  bool published;
  bool has_volume;
  bool has_healthcheck;
};

constexpr std::array kServices{
    Service{"web", "nginx:1.25-alpine", "nginx -g daemon-off", 80, true, false, true},
    Service{"api", "shop/api:2.4.1", "/app/api --config /etc/api.yaml", 8080, true, false, true},
    Service{"worker", "shop/worker:2.4.1", "/app/worker --queue orders", 0, false, false, false},
    Service{"db", "postgres:16-alpine", "docker-entrypoint.sh postgres", 5432, false, true, true},
    Service{"cache", "redis:7.2-alpine", "docker-entrypoint.sh redis-server", 6379, false, true, false},
    Service{"queue", "rabbitmq:3.12", "docker-entrypoint.sh rabbitmq-server", 5672, false, true, false},
    Service{"auth", "shop/auth:1.9.0", "/app/auth serve", 9000, false, false, false},
    Service{"search", "shop/search:0.7.3", "/app/search --shards 4", 9200, false, true, false},
};

std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const auto space = text.find(' ');
    result.emplace_back(text.substr(0, space));
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  return result;
}

}  // namespace

std::uint64_t seeded_bits(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return mix(mix(mix(seed) ^ stream) ^ index);
}

double seeded_unit(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return static_cast<double>(seeded_bits(seed, stream, index) >> 11) * 0x1p-53;
}

std::uint64_t name_bits(std::string_view name) {
  std::uint64_t bits = 0xcbf29ce484222325ULL;
  for (const char c : name) bits = (bits ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return bits;
}

std::string seeded_hex_id(std::uint64_t seed, std::string_view name) {
  const auto key = name_bits(name);
  return fmt::format("{:016x}{:016x}{:016x}{:016x}", seeded_bits(seed, key, 0), seeded_bits(seed, key, 1),
                     seeded_bits(seed, key, 2), seeded_bits(seed, key, 3));
}

const char* to_string(PortProtocol protocol) {
  return protocol == PortProtocol::udp ? "udp" : protocol == PortProtocol::sctp ? "sctp" : "tcp";
}

ContainerIdentity make_identity(std::uint64_t seed, std::size_t index) {
  const auto& service = kServices[index % kServices.size()];
  const auto number = index + 1;
  ContainerIdentity identity;
  identity.name = fmt::format("{}-{}", service.name, number);
  identity.id = seeded_hex_id(seed, "container/" + identity.name);
  identity.image = service.image;
  identity.image_id = "sha256:" + seeded_hex_id(0, "image/" + identity.image);
  identity.command = words(service.command);
  identity.network = "shop_default";
  identity.network_id = seeded_hex_id(seed, "network/shop_default");
  // 172.18.0.0/16 from .0.2 on, as a bridge network hands them out.
  const auto host = index + 2;
  identity.ip_address = fmt::format("172.18.{}.{}", (host >> 8) & 0xff, host & 0xff);
  identity.mac_address = fmt::format("02:42:ac:12:{:02x}:{:02x}", (host >> 8) & 0xff, host & 0xff);
  if (service.port != 0) {
    const auto host_port = static_cast<std::uint16_t>(20001 + index % 40000);
    identity.ports.push_back({service.port, service.published ? host_port : std::uint16_t{0}, PortProtocol::tcp, {}});
  }
  if (service.has_volume) identity.volumes.push_back(fmt::format("shop_{}_data", identity.name));
  identity.has_healthcheck = service.has_healthcheck;
  identity.labels = {{"com.docker.compose.project", "shop"},
                     {"com.docker.compose.service", std::string{service.name}},
                     {"com.docker.compose.container-number", std::to_string(index / kServices.size() + 1)},
                     {"com.docker.compose.oneoff", "False"},
                     {"com.docker.compose.config-hash", "5d41402a"},
                     {"env", index % 2 == 0 ? "prod" : "staging"}};
  return identity;
}

/// "8080:80/udp", which the schema has looked at; `number` moves a published one along.
static PublishedPort group_port(std::string_view text, std::size_t number) {
  PublishedPort port;
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) port.protocol = text.ends_with("udp") ? PortProtocol::udp : text.ends_with("sctp") ? PortProtocol::sctp : PortProtocol::tcp;
  text = text.substr(0, slash);
  const auto colon = text.find(':');
  const auto inside = colon == std::string_view::npos ? text : text.substr(colon + 1);
  port.container_port = whole_number<std::uint16_t>(inside).value_or(0);
  if (colon == std::string_view::npos) return port;
  const auto on_host = whole_number<std::uint16_t>(text.substr(0, colon)).value_or(0) + number;
  port.host_port = on_host <= 65535 ? static_cast<std::uint16_t>(on_host) : std::uint16_t{0};
  return port;
}

ContainerIdentity make_identity(std::uint64_t seed, std::size_t index, const FleetGroup& group, std::size_t number) {
  auto identity = make_identity(seed, index);
  identity.name = fmt::format("{}-{}", group.name, number + 1);
  identity.id = seeded_hex_id(seed, "container/" + identity.name);
  identity.image = group.image.empty() ? group.name + ":latest" : group.image;
  identity.image_id = "sha256:" + seeded_hex_id(0, "image/" + identity.image);
  identity.command = {"/app/" + group.name};
  identity.labels["com.docker.compose.service"] = group.name;
  identity.labels["com.docker.compose.container-number"] = std::to_string(number + 1);
  for (const auto& [key, value] : group.labels) identity.labels[key] = value;
  identity.ports.clear();
  for (const auto& port : group.ports) identity.ports.push_back(group_port(port, number));
  identity.volumes.clear();
  identity.has_healthcheck = group.health != "none";
  identity.health = group.health;
  identity.log_driver = group.log_driver;
  return identity;
}

}  // namespace leakrig
