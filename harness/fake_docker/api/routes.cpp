#include "harness/fake_docker/api/routes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "harness/core/error.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/api_window.h"

namespace leakrig {
namespace {

constexpr std::string_view kIdPart = "{id}";

constexpr std::string_view kNamePart = "{name}";

// An {id} has no slash in it, a {name} may.
constexpr std::array kRoutes{
    Route{"GET /_ping", api::ping, {}, {}},
    Route{"HEAD /_ping", api::ping, {}, {}},
    Route{"GET /version", api::version, {}, {}},
    Route{"GET /info", api::info, {}, {}},
    Route{"GET /events", api::stream_events, {}, {}},
    Route{"GET /system/df", api::disk_usage, {}, {}},
    Route{"GET /containers/json", api::list_containers, {}, {}},
    Route{"POST /containers/create", api::create_container, {}, {}},
    Route{"POST /containers/prune", api::prune_containers, {}, {}},
    Route{"GET /containers/{id}/json", api::inspect_container, {}, {}},
    Route{"GET /containers/{id}/logs", api::plan_logs, "follow", "GET /containers/{id}/logs?follow=1"},
    Route{"GET /containers/{id}/stats", api::stream_stats, {}, {}},
    Route{"GET /containers/{id}/top", api::top, {}, {}},
    Route{"GET /containers/{id}/changes", api::changes, {}, {}},
    Route{"POST /containers/{id}/start", api::start_container, {}, {}},
    Route{"POST /containers/{id}/stop", api::stop_container, {}, {}},
    Route{"POST /containers/{id}/restart", api::restart_container, {}, {}},
    Route{"POST /containers/{id}/kill", api::kill_container, {}, {}},
    Route{"POST /containers/{id}/pause", api::pause_container, {}, {}},
    Route{"POST /containers/{id}/unpause", api::unpause_container, {}, {}},
    Route{"POST /containers/{id}/rename", api::rename_container, {}, {}},
    Route{"POST /containers/{id}/wait", api::wait_for_container, {}, {}},
    Route{"POST /containers/{id}/attach", api::attach, {}, {}},
    Route{"GET /containers/{id}/attach/ws", api::attach, {}, {}},
    Route{"POST /containers/{id}/resize", api::resize, {}, {}},
    Route{"POST /containers/{id}/exec", api::create_exec, {}, {}},
    Route{"DELETE /containers/{id}", api::remove_container, {}, {}},
    Route{"POST /exec/{id}/start", api::start_exec, {}, {}},
    Route{"POST /exec/{id}/resize", api::resize, {}, {}},
    Route{"GET /exec/{id}/json", api::inspect_exec, {}, {}},
    Route{"GET /images/json", api::list_images, {}, {}},
    Route{"POST /images/create", api::pull_image, {}, {}},
    Route{"GET /images/search", api::search_images, {}, {}},
    Route{"GET /images/get", api::save_image, {}, {}},
    Route{"POST /images/load", api::load_images, {}, {}},
    Route{"GET /images/{name}/get", api::save_image, {}, {}},
    Route{"POST /images/{name}/push", api::push_image, {}, {}},
    Route{"GET /distribution/{name}/json", api::inspect_distribution, {}, {}},
    Route{"POST /auth", api::log_in, {}, {}},
    Route{"POST /build", api::build_image, {}, {}},
    Route{"POST /build/prune", api::prune_builds, {}, {}},
    Route{"POST /commit", api::commit, {}, {}},
    Route{"HEAD /containers/{id}/archive", api::stat_archive, {}, {}},
    Route{"GET /containers/{id}/archive", api::get_archive, {}, {}},
    Route{"PUT /containers/{id}/archive", api::put_archive, {}, {}},
    Route{"GET /containers/{id}/export", api::export_container, {}, {}},
    Route{"POST /containers/{id}/update", api::update_container, {}, {}},
    Route{"GET /images/{name}/json", api::inspect_image, {}, {}},
    Route{"DELETE /images/{name}", api::remove_image, {}, {}},
    Route{"GET /networks", api::list_networks, {}, {}},
    Route{"GET /networks/{id}", api::inspect_network, {}, {}},
    Route{"GET /volumes", api::list_volumes, {}, {}},
    Route{"GET /volumes/{id}", api::inspect_volume, {}, {}},
    Route{"POST /images/prune", api::prune_images, {}, {}},
    Route{"POST /images/{name}/tag", api::tag_image, {}, {}},
    Route{"GET /images/{name}/history", api::image_history, {}, {}},
    Route{"POST /networks/create", api::create_network, {}, {}},
    Route{"POST /networks/prune", api::prune_networks, {}, {}},
    Route{"POST /networks/{id}/connect", api::connect_network, {}, {}},
    Route{"POST /networks/{id}/disconnect", api::disconnect_network, {}, {}},
    Route{"DELETE /networks/{id}", api::remove_network, {}, {}},
    Route{"POST /volumes/create", api::create_volume, {}, {}},
    Route{"POST /volumes/prune", api::prune_volumes, {}, {}},
    Route{"DELETE /volumes/{id}", api::remove_volume, {}, {}},
    Route{"GET /plugins", api::list_plugins, {}, {}},
    Route{"GET /plugins/{name}/json", api::no_plugin, {}, {}},
    Route{"GET /swarm/unlockkey", api::no_swarm, {}, {}},
    Route{"POST /swarm/leave", api::no_swarm, {}, {}},
    Route{"POST /swarm/update", api::no_swarm, {}, {}},
    Route{"GET /nodes/{id}", api::no_swarm, {}, {}},
    Route{"GET /services/{id}", api::no_swarm, {}, {}},
    Route{"POST /services/create", api::no_swarm, {}, {}},
    Route{"GET /secrets/{id}", api::no_swarm, {}, {}},
    Route{"POST /secrets/create", api::no_swarm, {}, {}},
    Route{"GET /configs/{id}", api::no_swarm, {}, {}},
    Route{"POST /configs/create", api::no_swarm, {}, {}},
    Route{"GET /tasks/{id}", api::no_swarm, {}, {}},
    Route{"GET /swarm", api::no_swarm, {}, {}},
    Route{"GET /nodes", api::no_swarm, {}, {}},
    Route{"GET /services", api::no_swarm, {}, {}},
    Route{"GET /tasks", api::no_swarm, {}, {}},
    Route{"GET /secrets", api::no_swarm, {}, {}},
    Route{"GET /configs", api::no_swarm, {}, {}},
};

constexpr std::array kControlRoutes{
    Route{"GET /leakrig/ledger", api::control_ledger, {}, {}},
    Route{"GET /leakrig/faults", api::control_faults, {}, {}},
    Route{"PUT /leakrig/faults", api::control_set_faults, {}, {}},
    Route{"DELETE /leakrig/faults", api::control_clear_faults, {}, {}},
    Route{"POST /leakrig/restart", api::control_restart, {}, {}},
};

/// The number after "/v1." if `path` begins with a version, which it loses.
std::optional<ApiMinor> take_version(std::string_view& path) {
  if (!path.starts_with("/v")) return std::nullopt;
  const auto end = path.find('/', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const auto text = path.substr(2, end - 2);
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  path.remove_prefix(end);
  int major = 0;
  ApiMinor minor = 0;
  const auto* const last = text.data() + text.size();
  const auto [dot, error] = std::from_chars(text.data(), last, major);
  if (error != std::errc{}) return -1;
  if (dot != last && std::from_chars(dot + 1, last, minor).ec != std::errc{}) return -1;
  // Any other major version is older or newer than all of ours.
  return major == 1 ? minor : major < 1 ? -1 : 9999;
}

/// Whether `path` is the pattern with something for its {id} or {name}, which is put into `id`.
bool matches_path(std::string_view pattern, std::string_view path, std::string_view& id) {
  const auto at = pattern.find('{');
  if (at == std::string_view::npos) return pattern == path;
  const bool may_hold_slashes = pattern.substr(at).starts_with(kNamePart);
  const auto before = pattern.substr(0, at);
  const auto after = pattern.substr(at + (may_hold_slashes ? kNamePart : kIdPart).size());
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return false;
  const auto middle = path.substr(before.size(), path.size() - before.size() - after.size());
  if (!may_hold_slashes && middle.find('/') != std::string_view::npos) return false;
  id = middle;
  return true;
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

Routed route_request(std::string_view method, std::string_view target, ApiMinor default_minor,
                     bool with_control) {
  Routed routed;
  auto& request = routed.request;
  request.method = method;
  // "GET http://docker/info", as proxies are asked (RFC 9112 3.2.2).
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
  }
  const auto question = std::min(target.find('?'), target.size());
  auto path = target.substr(0, question);
  if (question < target.size()) request.query = parse_query(target.substr(question + 1));
  const bool is_control = with_control && path.starts_with(kControlPrefix);
  request.api_minor = is_control ? default_minor : take_version(path).value_or(default_minor);
  request.path = path;
  routed.endpoint = "unknown";
  static constexpr Route kOptions{"OPTIONS", api::options, {}, {}};
  if (method == "OPTIONS") {
    routed.route = &kOptions;
    routed.endpoint = kOptions.endpoint;
    return routed;
  }
  for (const auto& route : is_control ? std::span<const Route>{kControlRoutes} : routes()) {
    const auto space = route.endpoint.find(' ');
    std::string_view id;
    if (route.endpoint.substr(0, space) != method ||
        !matches_path(route.endpoint.substr(space + 1), path, id))
      continue;
    routed.route = &route;
    request.id = percent_decode(id, false);
    routed.endpoint = !route.flag.empty() && request.flag(route.flag) ? route.endpoint_with : route.endpoint;
    break;
  }
  return routed;
}

void check_version(const Request& request, const ApiWindow& window) {
  if (request.api_minor < window.least) throw api_error::client_too_old(request.api_minor, window.least);
  if (request.api_minor > window.most) throw api_error::client_too_new(request.api_minor, window.most);
}

ApiMinor parse_api_version(const std::string& text) {
  ApiMinor minor = 0;
  const auto* const last = text.data() + text.size();
  if (text.starts_with("1.") && text.size() > 2) {
    const auto [end, error] = std::from_chars(text.data() + 2, last, minor);
    if (error == std::errc{} && end == last && minor >= 0) return minor;
  }
  throw UsageError("an API version is written 1.41, not \"" + text + "\"");
}

}  // namespace leakrig
