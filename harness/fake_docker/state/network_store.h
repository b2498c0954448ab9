#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/clock.h"
#include "harness/fleet/container_identity.h"

namespace leakrig {

/// A range of IPv4 addresses.
struct Subnet {
  std::uint32_t base = 0;
  int prefix = 0;

  /// "10.0.0.0/24", or nothing.
  static std::optional<Subnet> parse(std::string_view text);
  std::string text() const;
  bool overlaps(const Subnet& other) const;
  bool contains(std::uint32_t address) const;
  std::uint32_t hosts() const { return prefix >= 32 ? 0 : (1U << (32 - prefix)) - 2; }
};
std::string ipv4_text(std::uint32_t address);
std::optional<std::uint32_t> parse_ipv4(std::string_view text);

struct DockerNetwork {
  std::string name;
  std::string id;
  std::string driver = "bridge";
  Nanos created{0};
  std::optional<Subnet> subnet;
  std::string gateway;
  std::string ip_range;
  bool internal = false;
  bool attachable = false;
  bool ipv6 = false;
  bool built_in = false;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> options;
  std::set<std::uint32_t> taken;  ///< addresses
};

/// The daemon's networks: bridge, host and none, the fleet's own, and those that clients make. Serving thread only.
class NetworkStore {
 public:
  static constexpr std::size_t kMost = 1000;

  /// `with_fleet`: there is a network of the fleet.
  NetworkStore(std::uint64_t seed, bool with_fleet);

  /// By id, name or the beginning of an id; nullptr if there is none.
  DockerNetwork* find(std::string_view reference);
  const DockerNetwork* find(std::string_view reference) const { return const_cast<NetworkStore*>(this)->find(reference); }
  const std::map<std::string, DockerNetwork>& all() const { return networks_; }
  /// A free subnet of dockerd's default address pools; nothing if none is left.
  std::optional<Subnet> free_subnet() const;
  bool overlaps(const Subnet& subnet) const;
  /// Its name must be free; it gets an id.
  DockerNetwork& add(DockerNetwork network);
  void remove(const std::string& name) { networks_.erase(name); }
  /// A place in the network for a container: the address that it wishes, or the next free one. Nothing if it is taken,
  /// or all are.
  std::optional<Endpoint> join(DockerNetwork& network, const std::string& wish);
  void leave(const Endpoint& endpoint);

 private:
  std::uint64_t seed_;
  std::uint64_t made_ = 0;
  std::map<std::string, DockerNetwork> networks_;  ///< by name
};

}  // namespace leakrig
