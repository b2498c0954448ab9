#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/fake_docker/api/answer.h"
#include "harness/fake_docker/http/message.h"
#include "harness/fake_docker/state/api_window.h"

namespace leakrig {

/// One row of the API. Adding an endpoint is one handler in its family's file and one row.
struct Route {
  std::string_view endpoint;  ///< "GET /containers/{id}/json": method, path, and the ledger's name for it
  Handler handler = nullptr;
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

}  // namespace leakrig
