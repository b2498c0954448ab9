#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/fake_docker/daemon.h"
#include "harness/fake_docker/message.h"

namespace leakrig {

/// "Up 5 minutes (healthy)": what ages in a list by itself.
std::string status_of(const Daemon& daemon, const Container& container);
/// An entry of GET /containers/json, with an empty "Status".
nlohmann::ordered_json container_summary(const Daemon& daemon, const Container& container, bool with_size);
/// GET /containers/{id}/json.
nlohmann::ordered_json container_details(const Daemon& daemon, const Container& container, bool with_size);
/// The volumes of GET /system/df.
nlohmann::ordered_json volumes_json(const Daemon& daemon);
/// "healthy" or "none".
std::string health_of(const Container& container);

}  // namespace leakrig
