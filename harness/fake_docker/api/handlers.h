#pragma once

#include <string_view>

#include "harness/fake_docker/api/answer.h"

/// The handlers of the routes table, a file a family. All as Handler says.
namespace leakrig::api {

Answer ping(Daemon& daemon, const Request& request);
Answer version(Daemon& daemon, const Request& request);
Answer info(Daemon& daemon, const Request& request);
Answer list_containers(Daemon& daemon, const Request& request);
Answer inspect_container(Daemon& daemon, const Request& request);
Answer top(Daemon& daemon, const Request& request);
Answer changes(Daemon& daemon, const Request& request);
Answer create_container(Daemon& daemon, const Request& request);
Answer start_container(Daemon& daemon, const Request& request);
Answer stop_container(Daemon& daemon, const Request& request);
Answer restart_container(Daemon& daemon, const Request& request);
Answer kill_container(Daemon& daemon, const Request& request);
Answer pause_container(Daemon& daemon, const Request& request);
Answer unpause_container(Daemon& daemon, const Request& request);
Answer rename_container(Daemon& daemon, const Request& request);
Answer remove_container(Daemon& daemon, const Request& request);
Answer prune_containers(Daemon& daemon, const Request& request);
Answer wait_for_container(Daemon& daemon, const Request& request);
Answer attach(Daemon& daemon, const Request& request);
Answer create_exec(Daemon& daemon, const Request& request);
Answer start_exec(Daemon& daemon, const Request& request);
Answer inspect_exec(Daemon& daemon, const Request& request);
Answer resize(Daemon& daemon, const Request& request);
Answer plan_logs(Daemon& daemon, const Request& request);
Answer stream_stats(Daemon& daemon, const Request& request);
Answer stream_events(Daemon& daemon, const Request& request);
Answer list_images(Daemon& daemon, const Request& request);
Answer inspect_image(Daemon& daemon, const Request& request);
Answer remove_image(Daemon& daemon, const Request& request);
Answer pull_image(Daemon& daemon, const Request& request);
Answer disk_usage(Daemon& daemon, const Request& request);
Answer list_networks(Daemon& daemon, const Request& request);
Answer inspect_network(Daemon& daemon, const Request& request);
Answer list_volumes(Daemon& daemon, const Request& request);
Answer inspect_volume(Daemon& daemon, const Request& request);
Answer tag_image(Daemon& daemon, const Request& request);
Answer image_history(Daemon& daemon, const Request& request);
Answer prune_images(Daemon& daemon, const Request& request);
Answer create_network(Daemon& daemon, const Request& request);
Answer remove_network(Daemon& daemon, const Request& request);
Answer connect_network(Daemon& daemon, const Request& request);
Answer disconnect_network(Daemon& daemon, const Request& request);
Answer prune_networks(Daemon& daemon, const Request& request);
Answer create_volume(Daemon& daemon, const Request& request);
Answer remove_volume(Daemon& daemon, const Request& request);
Answer prune_volumes(Daemon& daemon, const Request& request);
Answer stat_archive(Daemon& daemon, const Request& request);
Answer get_archive(Daemon& daemon, const Request& request);
Answer put_archive(Daemon& daemon, const Request& request);
Answer export_container(Daemon& daemon, const Request& request);
Answer commit(Daemon& daemon, const Request& request);
Answer update_container(Daemon& daemon, const Request& request);
Answer log_in(Daemon& daemon, const Request& request);
Answer search_images(Daemon& daemon, const Request& request);
Answer inspect_distribution(Daemon& daemon, const Request& request);
Answer push_image(Daemon& daemon, const Request& request);
Answer save_image(Daemon& daemon, const Request& request);
Answer load_images(Daemon& daemon, const Request& request);
Answer prune_builds(Daemon& daemon, const Request& request);
Answer build_image(Daemon& daemon, const Request& request);
Answer no_plugin(Daemon& daemon, const Request& request);
Answer options(Daemon& daemon, const Request& request);
Answer list_plugins(Daemon& daemon, const Request& request);
Answer no_swarm(Daemon& daemon, const Request& request);
Answer control_ledger(Daemon& daemon, const Request& request);
Answer control_faults(Daemon& daemon, const Request& request);
Answer control_set_faults(Daemon& daemon, const Request& request);
Answer control_clear_faults(Daemon& daemon, const Request& request);
Answer control_restart(Daemon& daemon, const Request& request);

/// Throws ApiError 400 for a name that no container may have.
void check_container_name(std::string_view name);

}  // namespace leakrig::api
