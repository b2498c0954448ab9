#pragma once

#include <string_view>

#include "harness/fake_docker/api/outcome.h"

/// The handlers of the routes table, a file a family. All as Handler says.
namespace leakrig::api {

Outcome ping(Daemon& daemon, const Request& request);
Outcome version(Daemon& daemon, const Request& request);
Outcome info(Daemon& daemon, const Request& request);
Outcome list_containers(Daemon& daemon, const Request& request);
Outcome inspect_container(Daemon& daemon, const Request& request);
Outcome top(Daemon& daemon, const Request& request);
Outcome changes(Daemon& daemon, const Request& request);
Outcome create_container(Daemon& daemon, const Request& request);
Outcome start_container(Daemon& daemon, const Request& request);
Outcome stop_container(Daemon& daemon, const Request& request);
Outcome restart_container(Daemon& daemon, const Request& request);
Outcome kill_container(Daemon& daemon, const Request& request);
Outcome pause_container(Daemon& daemon, const Request& request);
Outcome unpause_container(Daemon& daemon, const Request& request);
Outcome rename_container(Daemon& daemon, const Request& request);
Outcome remove_container(Daemon& daemon, const Request& request);
Outcome prune_containers(Daemon& daemon, const Request& request);
Outcome wait_for_container(Daemon& daemon, const Request& request);
Outcome attach(Daemon& daemon, const Request& request);
Outcome create_exec(Daemon& daemon, const Request& request);
Outcome start_exec(Daemon& daemon, const Request& request);
Outcome inspect_exec(Daemon& daemon, const Request& request);
Outcome resize(Daemon& daemon, const Request& request);
Outcome plan_logs(Daemon& daemon, const Request& request);
Outcome stream_stats(Daemon& daemon, const Request& request);
Outcome stream_events(Daemon& daemon, const Request& request);
Outcome list_images(Daemon& daemon, const Request& request);
Outcome inspect_image(Daemon& daemon, const Request& request);
Outcome remove_image(Daemon& daemon, const Request& request);
Outcome pull_image(Daemon& daemon, const Request& request);
Outcome disk_usage(Daemon& daemon, const Request& request);
Outcome list_networks(Daemon& daemon, const Request& request);
Outcome inspect_network(Daemon& daemon, const Request& request);
Outcome list_volumes(Daemon& daemon, const Request& request);
Outcome inspect_volume(Daemon& daemon, const Request& request);
Outcome list_plugins(Daemon& daemon, const Request& request);
Outcome no_swarm(Daemon& daemon, const Request& request);
Outcome control_ledger(Daemon& daemon, const Request& request);
Outcome control_faults(Daemon& daemon, const Request& request);
Outcome control_set_faults(Daemon& daemon, const Request& request);
Outcome control_clear_faults(Daemon& daemon, const Request& request);
Outcome control_restart(Daemon& daemon, const Request& request);

/// Throws ApiError 400 for a name that no container may have.
void check_container_name(std::string_view name);

}  // namespace leakrig::api
