#pragma once

#include <boost/asio/awaitable.hpp>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "harness/fake_docker/daemon.h"
#include "harness/fake_docker/message.h"
#include "harness/fake_docker/reply_stream.h"

namespace leakrig {

/// How a route is served. All may throw ApiError before anything is sent.
using Answer = Reply (*)(Daemon&, const Request&);
using Streamed = boost::asio::awaitable<void> (*)(Daemon&, const Request&, ReplyStream&);
using LogStream = LogPlan (*)(Daemon&, const Request&);

/// One row of the API. Adding an endpoint is one handler in its family's file and one row.
struct Route {
  std::string_view endpoint;  ///< "GET /containers/{id}/json": method, path, and the ledger's name for it
  std::variant<Answer, Streamed, LogStream> handler;
  std::string_view flag;           ///< a parameter that makes it another endpoint to the ledger
  std::string_view endpoint_with;  ///< its name when that is set
};

/// Docker's API.
std::span<const Route> routes();
/// Where the control endpoint lives.
inline constexpr std::string_view kControlPrefix = "/leakrig/";

/// A request matched to its row; none for an unknown path or method, which is 404 either way.
struct Routed {
  const Route* route = nullptr;
  std::string_view endpoint;  ///< for the ledger; static
  Request request;
};

/// Takes a request apart: version prefix, path, query, route. Throws nothing: what is wrong with the version
/// is kept for check_version().
/// `with_control`: the control endpoint is there too.
Routed route_request(std::string_view method, std::string_view target, ApiMinor default_minor,
                     bool with_control = false);
/// Throws ApiError 400 outside the window.
void check_version(const Request& request, const ApiWindow& window);

/// Parses "1.24"; throws UsageError.
ApiMinor parse_api_version(const std::string& text);

/// Throws ApiError 400 for a name that no container may have.
void check_container_name(std::string_view name);

// The handlers, a file a family.
Reply ping(Daemon& daemon, const Request& request);
Reply version(Daemon& daemon, const Request& request);
Reply info(Daemon& daemon, const Request& request);
Reply list_containers(Daemon& daemon, const Request& request);
Reply inspect_container(Daemon& daemon, const Request& request);
Reply top(Daemon& daemon, const Request& request);
Reply changes(Daemon& daemon, const Request& request);
Reply create_container(Daemon& daemon, const Request& request);
Reply start_container(Daemon& daemon, const Request& request);
Reply stop_container(Daemon& daemon, const Request& request);
Reply restart_container(Daemon& daemon, const Request& request);
Reply kill_container(Daemon& daemon, const Request& request);
Reply pause_container(Daemon& daemon, const Request& request);
Reply unpause_container(Daemon& daemon, const Request& request);
Reply rename_container(Daemon& daemon, const Request& request);
Reply remove_container(Daemon& daemon, const Request& request);
Reply prune_containers(Daemon& daemon, const Request& request);
boost::asio::awaitable<void> wait_for_container(Daemon& daemon, const Request& request, ReplyStream& out);
boost::asio::awaitable<void> attach(Daemon& daemon, const Request& request, ReplyStream& out);
Reply create_exec(Daemon& daemon, const Request& request);
boost::asio::awaitable<void> start_exec(Daemon& daemon, const Request& request, ReplyStream& out);
Reply inspect_exec(Daemon& daemon, const Request& request);
Reply resize(Daemon& daemon, const Request& request);
LogPlan plan_logs(Daemon& daemon, const Request& request);
/// The lines of a plan by way of `out`, for streams that faults hit. `record` is `out`'s.
boost::asio::awaitable<void> stream_log_lines(Daemon& daemon, LogPlan plan, RequestRecord& record,
                                              ReplyStream& out);
boost::asio::awaitable<void> stream_stats(Daemon& daemon, const Request& request, ReplyStream& out);
boost::asio::awaitable<void> stream_events(Daemon& daemon, const Request& request, ReplyStream& out);
Reply list_images(Daemon& daemon, const Request& request);
Reply inspect_image(Daemon& daemon, const Request& request);
Reply remove_image(Daemon& daemon, const Request& request);
boost::asio::awaitable<void> pull_image(Daemon& daemon, const Request& request, ReplyStream& out);
Reply disk_usage(Daemon& daemon, const Request& request);
Reply list_networks(Daemon& daemon, const Request& request);
Reply inspect_network(Daemon& daemon, const Request& request);
Reply list_volumes(Daemon& daemon, const Request& request);
Reply inspect_volume(Daemon& daemon, const Request& request);
Reply control_ledger(Daemon& daemon, const Request& request);
Reply control_faults(Daemon& daemon, const Request& request);
Reply control_set_faults(Daemon& daemon, const Request& request);
Reply control_clear_faults(Daemon& daemon, const Request& request);
Reply control_restart(Daemon& daemon, const Request& request);

}  // namespace leakrig
