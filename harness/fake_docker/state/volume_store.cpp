#include "harness/fake_docker/state/volume_store.h"

#include <utility>

#include "harness/fleet/container_identity.h"

namespace leakrig {

DockerVolume* VolumeStore::find(const std::string& name) {
  const auto found = volumes_.find(name);
  return found == volumes_.end() ? nullptr : &found->second;
}

DockerVolume& VolumeStore::add(DockerVolume volume) {
  if (volume.name.empty()) {
    volume.name = seeded_hex_id(seed_, "volume/" + std::to_string(++made_));
    volume.anonymous = true;
  }
  const auto name = volume.name;
  return volumes_.emplace(name, std::move(volume)).first->second;
}

}  // namespace leakrig
