#pragma once

#include <string>

#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {

/// An event of a network, as dockerd has it; `container` is an id, of "connect" and "disconnect".
void publish_network(Daemon& daemon, const DockerNetwork& network, const std::string& action, const std::string& container = {});

}  // namespace leakrig::api
