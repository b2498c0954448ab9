#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "harness/core/clock.h"

namespace leakrig {

struct DockerVolume {
  std::string name;
  Nanos created{0};
  bool anonymous = false;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> options;
};

/// The volumes: the fleet's, and those that clients make. Serving thread only.
class VolumeStore {
 public:
  static constexpr std::size_t kMost = 20'000;

  explicit VolumeStore(std::uint64_t seed) : seed_(seed) {}
  DockerVolume* find(const std::string& name);
  const std::map<std::string, DockerVolume>& all() const { return volumes_; }
  /// An empty name makes an anonymous one. What is there already stays as it is.
  DockerVolume& add(DockerVolume volume);
  void remove(const std::string& name) { volumes_.erase(name); }
  bool full() const { return volumes_.size() >= kMost; }

 private:
  std::uint64_t seed_;
  std::uint64_t made_ = 0;
  std::map<std::string, DockerVolume> volumes_;
};

}  // namespace leakrig
