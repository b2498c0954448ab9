#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/fake_docker/state/daemon.h"
#include "harness/fake_docker/state/volume_store.h"

namespace leakrig::api {

/// The ports of a create request: exposed by it or its image, and published. Those without a host's port of their own get
/// a free one. Throws ApiError 400.
std::vector<PublishedPort> ports_asked_for(const Daemon& daemon, const nlohmann::json& body, const std::vector<std::string>& exposed_by_image);
/// Binds, Mounts and Volumes of a create request; makes the volumes. Throws ApiError 400.
std::vector<MountPoint> mounts_asked_for(Daemon& daemon, const nlohmann::json& body);
/// Places in the networks of a create request. One that is not there has no id: the start will fail.
std::vector<Endpoint> places_asked_for(Daemon& daemon, const nlohmann::json& body, const std::string& mode);
/// Makes a volume, unless there is one of its name; `name` is what it is called.
void make_volume(Daemon& daemon, DockerVolume volume, std::string& name);

}  // namespace leakrig::api
