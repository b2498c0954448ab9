#include "harness/collector/docker_client.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

namespace leakrig {
namespace {

using Json = nlohmann::json;

constexpr int kOwnMinor = 41;  // of API 1.x
constexpr int kOk = 200;

/// The lower of the client's and the daemon's version.
std::string negotiated(const std::string& daemon) {
  int minor = kOwnMinor;
  if (daemon.starts_with("1.")) std::from_chars(daemon.data() + 2, daemon.data() + daemon.size(), minor);
  return fmt::format("1.{}", std::min(minor, kOwnMinor));
}

DockerError error_of(int status, const std::optional<std::string>& body) {
  const auto parsed = Json::parse(body.value_or(""), nullptr, /*allow_exceptions=*/false);
  const auto known = parsed.is_object() && parsed.contains("message") && parsed["message"].is_string();
  return {status, known ? parsed["message"].get<std::string>() : body.value_or("no answer")};
}

std::optional<ContainerSummary> summary_of(const Json& entry) {
  if (!entry.is_object() || !entry.contains("Id") || !entry["Id"].is_string()) return std::nullopt;
  ContainerSummary summary{entry["Id"].get<std::string>(), ""};
  const auto names = entry.find("Names");
  if (names != entry.end() && names->is_array() && !names->empty() && (*names)[0].is_string()) {
    summary.name = (*names)[0].get<std::string>();
    if (summary.name.starts_with('/')) summary.name.erase(0, 1);
  }
  if (summary.name.empty()) summary.name = summary.id.substr(0, 12);
  return summary;
}

}  // namespace

BodyRead LogStream::next(LogLine& to, Exchange::Deadline deadline) {
  std::string piece;
  while (true) {
    if (take_line(to)) return BodyRead::data;
    if (frames_.broken()) return BodyRead::failed;
    const auto got = response_.read(piece, deadline);
    if (got != BodyRead::data) return got;
    if (tty_) {
      lines_[0].feed(piece);
      continue;
    }
    frames_.feed(piece);
    while (const auto frame = frames_.next()) {
      if (frame->stream != 3) lines_[frame->stream == 2 ? 1 : 0].feed(frame->payload);
    }
  }
}

bool LogStream::take_line(LogLine& to) {
  for (auto& lines : lines_) {
    while (const auto line = lines.next()) {
      if (auto parsed = parse_stamped_line(*line)) {
        to = std::move(*parsed);
        return true;
      }
    }
  }
  return false;
}

DockerClient::DockerClient(const Endpoint& endpoint, const TransportConfig& transport, GoRuntime& runtime)
    : endpoint_(endpoint), transport_(transport, runtime) {}

std::optional<DockerError> DockerClient::ping(const std::stop_token& stop) {
  const auto answer = get("/_ping", stop);
  if (const auto* error = std::get_if<DockerError>(&answer)) return *error;
  return std::nullopt;
}

std::variant<std::vector<ContainerSummary>, DockerError> DockerClient::list_running(
    const std::stop_token& stop) {
  const auto answer = get(versioned("/containers/json", stop), stop);
  if (const auto* error = std::get_if<DockerError>(&answer)) return *error;
  const auto list = Json::parse(std::get<std::string>(answer), nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) return DockerError{kOk, "the list of containers is not a JSON array"};
  std::vector<ContainerSummary> running;
  for (const auto& entry : list) {
    if (auto summary = summary_of(entry)) running.push_back(std::move(*summary));
  }
  return running;
}

std::variant<bool, DockerError> DockerClient::has_tty(const std::string& id, const std::stop_token& stop) {
  const auto answer = get(versioned(fmt::format("/containers/{}/json", id), stop), stop);
  if (const auto* error = std::get_if<DockerError>(&answer)) return *error;
  const auto container = Json::parse(std::get<std::string>(answer), nullptr, /*allow_exceptions=*/false);
  if (!container.is_object()) return DockerError{kOk, "the container is not a JSON object"};
  const auto config = container.find("Config");
  if (config == container.end() || !config->is_object()) return false;
  const auto tty = config->find("Tty");
  return tty != config->end() && tty->is_boolean() && tty->get<bool>();
}

std::variant<LogStream, DockerError> DockerClient::logs(const LogsRequest& request,
                                                        const std::stop_token& stop) {
  const auto path = fmt::format("/containers/{}/logs?{}since={}&stderr=1&stdout=1&timestamps=1", request.id,
                                request.follow ? "follow=1&" : "", format_since(request.since));
  auto trip = transport_.round_trip(endpoint_, {"GET", versioned(path, stop), "", ""}, stop);
  if (!trip.response) return DockerError{0, trip.error};
  if (trip.response->status() != kOk) return error_of(trip.response->status(), trip.response->read_all());
  return LogStream{std::move(*trip.response), request.tty};
}

RoundTrip DockerClient::request(const std::string& method, const std::string& path,
                                const std::stop_token& stop) {
  return transport_.round_trip(endpoint_, {method, versioned(path, stop), "", ""}, stop);
}

std::optional<ContainerSummary> first_running(DockerClient& client, const std::stop_token& stop) {
  const auto listed = client.list_running(stop);
  const auto* running = std::get_if<std::vector<ContainerSummary>>(&listed);
  if (running == nullptr || running->empty()) return std::nullopt;
  return running->front();
}

std::variant<std::string, DockerError> DockerClient::get(const std::string& path,
                                                         const std::stop_token& stop) {
  auto trip = transport_.round_trip(endpoint_, {"GET", path, "", ""}, stop);
  if (!trip.response) return DockerError{0, trip.error};
  auto body = trip.response->read_all();
  if (trip.response->status() != kOk) return error_of(trip.response->status(), body);
  if (!body) return DockerError{0, trip.response->error()};
  return std::move(*body);
}

std::string DockerClient::versioned(const std::string& path, const std::stop_token& stop) {
  {
    const std::lock_guard lock{mutex_};
    if (!version_.empty()) return "/v" + version_ + path;
  }
  auto trip = transport_.round_trip(endpoint_, {"HEAD", "/_ping", "", ""}, stop);
  if (trip.response && trip.response->status() != kOk) {
    trip = transport_.round_trip(endpoint_, {"GET", "/_ping", "", ""}, stop);
    if (trip.response) trip.response->read_all();
  }
  // Without an answer the request itself will say what is wrong; the next one negotiates again.
  if (!trip.response || trip.response->status() != kOk) return fmt::format("/v1.{}{}", kOwnMinor, path);
  const std::lock_guard lock{mutex_};
  version_ = negotiated(trip.response->header("Api-Version"));
  return "/v" + version_ + path;
}

}  // namespace leakrig
