#include "harness/fake_docker/routes.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/core/error.h"
#include "harness/fake_docker/errors.h"

namespace leakrig {
namespace {

constexpr std::string_view kId = "{id}";

constexpr std::array kRoutes{
    Route{"GET /_ping", ping, {}, {}},
    Route{"HEAD /_ping", ping, {}, {}},
    Route{"GET /version", version, {}, {}},
    Route{"GET /info", info, {}, {}},
    Route{"GET /events", stream_events, {}, {}},
    Route{"GET /containers/json", list_containers, {}, {}},
    Route{"GET /containers/{id}/json", inspect_container, {}, {}},
    Route{"GET /containers/{id}/logs", plan_logs, "follow", "GET /containers/{id}/logs?follow=1"},
    Route{"GET /containers/{id}/stats", stream_stats, {}, {}},
    Route{"POST /containers/{id}/start", start_container, {}, {}},
    Route{"POST /containers/{id}/stop", stop_container, {}, {}},
    Route{"POST /containers/{id}/restart", restart_container, {}, {}},
    Route{"POST /containers/{id}/kill", kill_container, {}, {}},
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

/// Whether `path` is the pattern with something for its {id}, which is put into `id`.
bool matches(std::string_view pattern, std::string_view path, std::string_view& id) {
  const auto at = pattern.find(kId);
  if (at == std::string_view::npos) return pattern == path;
  const auto before = pattern.substr(0, at);
  const auto after = pattern.substr(at + kId.size());
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return false;
  const auto middle = path.substr(before.size(), path.size() - before.size() - after.size());
  if (middle.find('/') != std::string_view::npos) return false;
  id = middle;
  return true;
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

Routed route_request(std::string_view method, std::string_view target, ApiMinor default_minor) {
  Routed routed;
  auto& request = routed.request;
  request.method = method;
  const auto question = std::min(target.find('?'), target.size());
  auto path = target.substr(0, question);
  if (question < target.size()) request.query = parse_query(target.substr(question + 1));
  request.api_minor = take_version(path).value_or(default_minor);
  request.path = path;
  routed.endpoint = "unknown";
  for (const auto& route : kRoutes) {
    const auto space = route.endpoint.find(' ');
    std::string_view id;
    if (route.endpoint.substr(0, space) != method || !matches(route.endpoint.substr(space + 1), path, id))
      continue;
    routed.route = &route;
    request.container = percent_decode(id, false);
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
