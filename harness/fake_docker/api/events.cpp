// The events endpoint.
#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>

#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/query_time.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

using namespace std::string_view_literals;

constexpr std::array kEventFilters{"config"sv, "container"sv, "daemon"sv, "event"sv,  "image"sv,
                                   "label"sv,  "network"sv,   "node"sv,   "plugin"sv, "scope"sv,
                                   "secret"sv, "service"sv,   "type"sv,   "volume"sv};

bool passes(const Filters& filters, const DockerEvent& event) {
  if (!filters.admits("type", event.type) || !filters.admits("scope", "local")) return false;
  // "health_status" also stands for "health_status: healthy", as "exec_start" does for its command.
  if (!filters.admits("event", event.action) &&
      !filters.admits("event", event.action.substr(0, event.action.find(':')))) {
    return false;
  }
  const auto attribute = [&event](const char* name) {
    const auto found = event.attributes.find(name);
    return found == event.attributes.end() ? std::string{} : found->second;
  };
  for (const std::string kind : {"container", "network", "volume"}) {
    if (!filters.has(kind)) continue;
    const auto& wanted = filters.values(kind);
    if (event.type != kind || std::none_of(wanted.begin(), wanted.end(), [&](const std::string& reference) {
          return reference == attribute("name") ||
                 (!reference.empty() && event.actor_id.starts_with(reference));
        })) {
      return false;
    }
  }
  if (filters.has("image") && !filters.admits("image", attribute("image")) &&
      !filters.admits("image", attribute("image").substr(0, attribute("image").find(':')))) {
    return false;
  }
  // Nothing of these kinds ever happens here.
  for (const char* kind : {"config", "daemon", "node", "plugin", "secret", "service"}) {
    if (filters.has(kind)) return false;
  }
  return filters.admits_labels(event.attributes);
}

/// Lines without "status", "id" and "from", which come first and are gone since API 1.52.
std::string without_old_fields(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    const auto line = lines.substr(0, end);
    // Within a string the quotes would be escaped.
    const auto type = line.find("\"Type\":");
    text += '{';
    text += line.substr(type == std::string_view::npos ? 1 : type);
    text += '\n';
    lines = end == std::string_view::npos ? std::string_view{} : lines.substr(end + 1);
  }
  return text;
}

}  // namespace

static boost::asio::awaitable<void> write_events(Daemon& daemon, const Request& request, ReplyStream& out) {
  const auto since = parse_query_time("since", request.param("since"));
  const auto until = parse_query_time("until", request.param("until"));
  if (since && until && *since > *until) {
    throw api_error::bad_parameter("`since` time (" + std::string{request.param("since")} +
                                   ") cannot be after `until` time (" + std::string{request.param("until")} +
                                   ")");
  }
  const auto filters = Filters::parse(request.param("filters"), kEventFilters);
  const auto wanted = [&filters](const DockerEvent& event) { return passes(filters, event); };

  boost::asio::steady_timer wake(daemon.io);
  // Times in a century from now are none that a timer could wait for.
  constexpr Nanos kHorizon = std::chrono::hours{24 * 365};
  const bool ends = until && *until < daemon.clock.epoch_at(daemon.clock.now()) + kHorizon;
  const bool is_over = until && *until <= daemon.clock.epoch_at(daemon.clock.now());
  const auto last_moment = is_over ? boost::asio::steady_timer::time_point::min()
                           : ends  ? boost::asio::steady_timer::time_point{daemon.clock.monotonic_at(
                                       daemon.clock.scenario_at_epoch(*until))}
                                 : boost::asio::steady_timer::time_point::max();
  // Subscribed before the replay is written, so that nothing falls between the two.
  EventHub::Subscription subscription(daemon.events, wanted, [&wake] { wake.cancel(); });
  std::string past;
  if (since || until) {
    for (const auto& event : daemon.events.remembered()) {
      if ((since && event.epoch < *since) || (until && event.epoch > *until)) continue;
      if (wanted(event)) past += to_json_line(event);
    }
  }
  constexpr ApiMinor kModernSince = 52;
  const bool is_modern = request.api_minor >= kModernSince;
  if (is_modern) past = without_old_fields(past);
  co_await out.begin(200, is_modern ? "application/jsonl" : "application/json");
  co_await out.write(std::move(past));
  while (!out.over() && boost::asio::steady_timer::clock_type::now() < last_moment) {
    // Armed before the queue is looked at: what is published from then on cancels it.
    wake.expires_at(last_moment);
    const auto lines = subscription.take(daemon.monotonic());
    if (lines.empty()) {
      co_await out.wait(wake);
      continue;
    }
    std::string bytes;
    for (const auto& line : lines) bytes += line;
    if (is_modern) bytes = without_old_fields(bytes);
    co_await out.write(std::move(bytes));
  }
  if (!out.over()) co_await out.end();
}

Answer stream_events(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_events};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
