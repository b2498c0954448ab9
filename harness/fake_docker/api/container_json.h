#pragma once

#include <string>

#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/http/message.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {

/// "Up 5 minutes (healthy)": what ages in a list by itself.
std::string status_of(const Daemon& daemon, const Container& container);
/// An entry of GET /containers/json, with an empty "Status".
json container_summary(const Daemon& daemon, const Container& container);
/// GET /containers/{id}/json.
json container_details(const Daemon& daemon, const Container& container, bool with_size);
/// The Config and HostConfig of inspect: dockerd's defaults, and what the create request said.
struct ConfiguredJson {
  json config;
  json host;
};
ConfiguredJson configured_json(const Daemon& daemon, const Container& container);
std::string endpoint_id(const Container& container, const NetworkEndpoint& endpoint);
/// Ports by "80/tcp" with their bindings: as they were asked for, or as they are.
json bound_ports(const Container& container, bool as_configured);
/// "healthy" or "none".
std::string health_of(const Container& container);

}  // namespace leakrig::api
