#include "harness/collector/config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/collector/defects/defect.h"
#include "harness/core/error.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

using Json = nlohmann::json;

/// Reads one value; what is wrong comes with the pointer to it.
using Reader = std::function<void(const Json& value, const std::string& pointer)>;
using Fields = std::map<std::string, Reader>;

[[noreturn]] void wrong(const std::string& pointer, const std::string& must) {
  throw UsageError(fmt::format("collector configuration: {}: must be {}", pointer, must));
}

void read_object(const Json& object, const std::string& pointer, const Fields& fields) {
  if (!object.is_object()) wrong(pointer.empty() ? "/" : pointer, "an object");
  for (const auto& [key, value] : object.items()) {
    const auto field = fields.find(key);
    if (field == fields.end())
      throw UsageError(fmt::format("collector configuration: {}/{}: unknown key", pointer, key));
    field->second(value, pointer + "/" + key);
  }
}

Reader boolean(bool& to) {
  return [&to](const Json& value, const std::string& pointer) {
    if (!value.is_boolean()) wrong(pointer, "true or false");
    to = value.get<bool>();
  };
}

Reader integer(int& to, int least) {
  return [&to, least](const Json& value, const std::string& pointer) {
    constexpr auto kMost = 1'000'000;
    if (!value.is_number_integer() || value.get<std::int64_t>() < least ||
        value.get<std::int64_t>() > kMost) {
      wrong(pointer, fmt::format("a whole number from {} to {}", least, kMost));
    }
    to = value.get<int>();
  };
}

Reader rate(double& to) {
  return [&to](const Json& value, const std::string& pointer) {
    constexpr double kMost = 1'000'000;
    if (!value.is_number() || !(value.get<double>() >= 0) || value.get<double>() > kMost) {
      wrong(pointer, fmt::format("a number from 0 to {:.0f}", kMost));
    }
    to = value.get<double>();
  };
}

Reader duration(Nanos& to, bool zero_allowed) {
  return [&to, zero_allowed](const Json& value, const std::string& pointer) {
    const auto parsed = value.is_string() ? parse_duration(value.get<std::string>()) : std::nullopt;
    if (!parsed) wrong(pointer, "a duration like \"30s\"");
    if (!zero_allowed && *parsed <= Nanos{0}) wrong(pointer, "a duration above zero");
    to = *parsed;
  };
}

Reader text(std::string& to) {
  return [&to](const Json& value, const std::string& pointer) {
    if (!value.is_string()) wrong(pointer, "a string");
    to = value.get<std::string>();
  };
}

Reader object(Fields fields) {
  return [fields = std::move(fields)](const Json& value, const std::string& pointer) {
    read_object(value, pointer, fields);
  };
}

Fields transport_fields(TransportConfig& to) {
  return {{"disable_keep_alives", boolean(to.disable_keep_alives)},
          {"max_conns_per_host", integer(to.max_conns_per_host, 0)},
          {"max_idle_conns", integer(to.max_idle_conns, 0)},
          {"max_idle_conns_per_host", integer(to.max_idle_conns_per_host, 0)},
          {"idle_conn_timeout", duration(to.idle_conn_timeout, true)},
          {"response_header_timeout", duration(to.response_header_timeout, true)}};
}

/// One of a few words.
template <typename Enum>
Reader one_of(Enum& to, const std::map<std::string, Enum>& words) {
  return [&to, words](const Json& value, const std::string& pointer) {
    const auto word = value.is_string() ? words.find(value.get<std::string>()) : words.end();
    if (word == words.end()) {
      std::vector<std::string> known;
      for (const auto& [name, meaning] : words) known.push_back("\"" + name + "\"");
      wrong(pointer, fmt::format("one of {}", fmt::join(known, ", ")));
    }
    to = word->second;
  };
}

const std::map<std::string, Network> kNetworks{{"unix", Network::unix_socket}, {"tcp", Network::tcp}};
const std::map<std::string, Checkout> kCheckouts{{"shared", Checkout::shared},
                                                 {"exclusive", Checkout::exclusive}};
const std::map<std::string, StreamLimit::AtLimit> kAtLimit{
    {"refuse", StreamLimit::AtLimit::refuse}, {"evict_oldest", StreamLimit::AtLimit::evict_oldest}};

template <typename Enum>
std::string word_of(Enum value, const std::map<std::string, Enum>& words) {
  for (const auto& [name, meaning] : words) {
    if (meaning == value) return name;
  }
  return "";
}

/// The activities by name; their order is the table's, whatever the file's.
Reader activities(std::vector<DefectConfig>& to) {
  return [&to](const Json& value, const std::string& pointer) {
    if (!value.is_object()) wrong(pointer, "an object");
    for (const auto& [name, options] : value.items()) {
      const auto* defect = find_defect(name);
      if (defect == nullptr || !defect->is_activity())
        throw UsageError(fmt::format("collector configuration: {}/{}: no such defect", pointer, name));
      auto& config = to.emplace_back();
      config.name = name;
      read_object(options, pointer + "/" + name,
                  {{"planted", boolean(config.planted)}, {"every", duration(config.every, false)}});
    }
  };
}

Json to_json(const std::vector<DefectConfig>& defects) {
  auto object = Json::object();
  for (const auto& defect : defects) {
    object[defect.name] = {{"planted", defect.planted}, {"every", format_duration(defect.every)}};
  }
  return object;
}

Json to_json(const TransportConfig& config) {
  return {{"disable_keep_alives", config.disable_keep_alives},
          {"max_conns_per_host", config.max_conns_per_host},
          {"max_idle_conns", config.max_idle_conns},
          {"max_idle_conns_per_host", config.max_idle_conns_per_host},
          {"idle_conn_timeout", format_duration(config.idle_conn_timeout)},
          {"response_header_timeout", format_duration(config.response_header_timeout)}};
}

}  // namespace

CollectorConfig collector_config_from_json(const Json& json) {
  CollectorConfig config;
  auto& docker = config.docker;
  auto& loki = config.loki;
  auto& monitor = config.container_monitor;
  const auto time_scale = [&config](const Json& value, const std::string& pointer) {
    if (!value.is_number() || !(value.get<double>() > 0) || !std::isfinite(value.get<double>())) {
      wrong(pointer, "a number above zero");
    }
    config.time_scale = value.get<double>();
  };
  read_object(
      json, "",
      {{"docker", object({{"clients", integer(docker.clients, 1)},
                          {"checkout", one_of(docker.checkout, kCheckouts)},
                          {"close_temporary_clients", boolean(docker.close_temporary_clients)},
                          {"unused_transport", object(transport_fields(docker.unused_transport))},
                          {"network", one_of(docker.network, kNetworks)},
                          {"transport", object(transport_fields(docker.transport))},
                          {"health_check_every", duration(docker.health_check_every, false)}})},
       {"loki", object({{"enabled", boolean(loki.enabled)},
                        {"transport", object(transport_fields(loki.transport))},
                        {"batch_wait", duration(loki.batch_wait, false)},
                        {"batch_lines", integer(loki.batch_lines, 1)},
                        {"client_per_push", boolean(loki.client_per_push)}})},
       {"container_monitor",
        object({{"enabled", boolean(monitor.enabled)},
                {"follow", boolean(monitor.follow)},
                {"discover_every", duration(monitor.discover_every, false)},
                {"heartbeat_every", duration(monitor.heartbeat_every, false)},
                {"reopen_every", duration(monitor.reopen_every, true)},
                {"close_on_reopen", boolean(monitor.close_on_reopen)},
                {"cancel_on_stop", boolean(monitor.cancel_on_stop)},
                {"retry_backoff", boolean(monitor.retry_backoff)},
                {"poll_every", duration(monitor.poll_every, false)},
                {"stream_limit", object({{"max", integer(monitor.stream_limit.max, 0)},
                                         {"at_limit", one_of(monitor.stream_limit.at_limit, kAtLimit)}})},
                {"rotate_awaits_heartbeat", boolean(monitor.rotate_awaits_heartbeat)},
                {"rotate_every", duration(monitor.rotate_every, true)},
                {"stream_idle_timeout", duration(monitor.stream_idle_timeout, true)}})},
       {"defects", activities(config.defects)},
       {"background_threads", integer(config.background_threads, 0)},
       {"planted_leak_per_min", rate(config.planted_leak_per_min)},
       {"docker_host", text(config.docker_host)},
       {"loki_url", text(config.loki_url)},
       {"time_scale", time_scale}});
  return config;
}

Json to_json(const CollectorConfig& config) {
  const auto& monitor = config.container_monitor;
  return {
      {"docker",
       {{"clients", config.docker.clients},
        {"checkout", word_of(config.docker.checkout, kCheckouts)},
        {"close_temporary_clients", config.docker.close_temporary_clients},
        {"unused_transport", to_json(config.docker.unused_transport)},
        {"network", word_of(config.docker.network, kNetworks)},
        {"transport", to_json(config.docker.transport)},
        {"health_check_every", format_duration(config.docker.health_check_every)}}},
      {"loki",
       {{"enabled", config.loki.enabled},
        {"transport", to_json(config.loki.transport)},
        {"batch_wait", format_duration(config.loki.batch_wait)},
        {"batch_lines", config.loki.batch_lines},
        {"client_per_push", config.loki.client_per_push}}},
      {"container_monitor",
       {{"enabled", monitor.enabled},
        {"follow", monitor.follow},
        {"discover_every", format_duration(monitor.discover_every)},
        {"heartbeat_every", format_duration(monitor.heartbeat_every)},
        {"reopen_every", format_duration(monitor.reopen_every)},
        {"close_on_reopen", monitor.close_on_reopen},
        {"cancel_on_stop", monitor.cancel_on_stop},
        {"retry_backoff", monitor.retry_backoff},
        {"poll_every", format_duration(monitor.poll_every)},
        {"stream_limit",
         {{"max", monitor.stream_limit.max}, {"at_limit", word_of(monitor.stream_limit.at_limit, kAtLimit)}}},
        {"rotate_every", format_duration(monitor.rotate_every)},
        {"rotate_awaits_heartbeat", monitor.rotate_awaits_heartbeat},
        {"stream_idle_timeout", format_duration(monitor.stream_idle_timeout)}}},
      {"defects", to_json(config.defects)},
      {"background_threads", config.background_threads},
      {"planted_leak_per_min", config.planted_leak_per_min},
      {"docker_host", config.docker_host},
      {"loki_url", config.loki_url},
      {"time_scale", config.time_scale}};
}

CollectorConfig in_wall_time(const CollectorConfig& config) {
  auto wall = config;
  auto& monitor = wall.container_monitor;
  std::vector<Nanos*> durations{&wall.docker.transport.idle_conn_timeout,
                                &wall.docker.transport.response_header_timeout,
                                &wall.docker.unused_transport.idle_conn_timeout,
                                &wall.docker.unused_transport.response_header_timeout,
                                &wall.docker.health_check_every,
                                &wall.loki.transport.idle_conn_timeout,
                                &wall.loki.transport.response_header_timeout,
                                &wall.loki.batch_wait,
                                &monitor.discover_every,
                                &monitor.heartbeat_every,
                                &monitor.reopen_every,
                                &monitor.poll_every,
                                &wall.loki.retry_wait,
                                &monitor.retry_wait,
                                &monitor.rotate_every,
                                &monitor.stream_idle_timeout};
  for (auto& defect : wall.defects) durations.push_back(&defect.every);
  for (auto* duration : durations) {
    const auto scaled = from_seconds(to_seconds(*duration) / config.time_scale);
    // Zero means "never", which a very short duration must not become.
    *duration = *duration > Nanos{0} ? std::max(scaled, Nanos{1}) : Nanos{0};
  }
  wall.planted_leak_per_min *= config.time_scale;
  wall.time_scale = 1;
  return wall;
}

}  // namespace leakrig
