#include "harness/live/metrics_server.h"

#include <fmt/format.h>


#include "harness/core/error.h"
#include "harness/core/text_fields.h"
#include "harness/report/report.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostAsked = 4096;  // nobody has anything to send

std::string listen_host(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0)
    throw UsageError(
        fmt::format("--listen {}: is not HOST:PORT, e.g. 127.0.0.1:9477 (port 0: any)", address));
  return address.substr(0, colon);
}

int listen_port(const std::string& address) {
  const std::string text = address.substr(address.rfind(':') + 1);
  const int port = whole_number<int>(text).value_or(-1);
  if (port < 0 || port > 65535)
    throw UsageError(fmt::format("--listen {}: \"{}\" is no port from 0 to 65535", address, text));
  return port;
}

}  // namespace

MetricsServer::MetricsServer(const std::string& address, Snapshot snapshot)
    : snapshot_(std::move(snapshot)),
      host_(listen_host(address)),
      server_(*this, host_, listen_port(address), kMostAsked,
              [this](const ServedRequest& request) { return answer(request); }) {}

std::string MetricsServer::url() const {
  return fmt::format("http://{}:{}/metrics", host_, server_.port());
}

ServedAnswer MetricsServer::answer(const ServedRequest& request) {
  ServedAnswer answer;
  answer.content_type = "text/plain";
  const bool get = request.method == "GET" || request.method == "HEAD";
  if (!get || request.path != "/metrics") {
    answer.status = 404;
    answer.body = "not found; there is /metrics\n";
    return answer;
  }
  try {
    const std::lock_guard lock(mutex_);
    answer.body = render_openmetrics(snapshot_(), RenderOptions{});
    answer.content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  } catch (const Error& problem) {
    answer.status = 503;
    answer.body = std::string{problem.what()} + "\n";
  }
  return answer;
}

}  // namespace leakrig
