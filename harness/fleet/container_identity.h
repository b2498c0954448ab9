#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/fleet_config.h"

namespace leakrig {

enum class PortProtocol : std::uint8_t { tcp, udp, sctp };
/// As Docker writes it.
const char* to_string(PortProtocol protocol);

struct PublishedPort {
  std::uint16_t container_port = 0;
  std::uint16_t host_port = 0;  ///< 0: exposed, not published
  PortProtocol protocol = PortProtocol::tcp;
  std::string host_ip;          ///< empty: any
};

/// A container's place in a network.
struct NetworkEndpoint {
  std::string network;  ///< its name
  std::string network_id;
  std::string ip_address;  ///< empty where the network has no addresses
  std::string mac_address;
  std::string gateway;
  int prefix = 0;
  std::vector<std::string> aliases;
};

/// Something that is mounted into a container.
struct MountPoint {
  std::string type;  ///< "volume", "bind" or "tmpfs"
  std::string name;  ///< of a volume
  std::string source;
  std::string destination;
  std::string mode;
  bool writable = true;
};

/// What a container is, apart from what it does: all derived from the fleet's seed and the container's
/// number.
struct ContainerIdentity {
  std::string id;    ///< 64 hexadecimal digits
  std::string name;  ///< unique, without the leading slash
  std::string image;
  std::string image_id;  ///< "sha256:..."
  std::vector<std::string> command;
  std::map<std::string, std::string> labels;
  std::vector<PublishedPort> ports;
  std::string network;  ///< its name
  std::string network_id;
  std::string ip_address;
  std::string mac_address;
  std::vector<std::string> volumes;  ///< names, mounted under /data
  bool has_healthcheck = false;
  std::string health;      ///< what its check says while it runs; empty: "healthy"
  std::string log_driver;  ///< empty: "json-file"
};

ContainerIdentity make_identity(std::uint64_t seed, std::size_t index);
/// The same of one of a group, its `number`th from 0 on.
ContainerIdentity make_identity(std::uint64_t seed, std::size_t index, const FleetGroup& group, std::size_t number);

/// A pure function from a key to 64 well-mixed bits (SplitMix64), so that no draw depends on the order of
/// others.
std::uint64_t seeded_bits(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);
/// The same as a number in [0, 1).
double seeded_unit(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);
/// Any name as bits to draw by (FNV-1a, whose values no library changes).
std::uint64_t name_bits(std::string_view name);
/// 64 hexadecimal digits from `seed` and any name.
std::string seeded_hex_id(std::uint64_t seed, std::string_view name);

}  // namespace leakrig
