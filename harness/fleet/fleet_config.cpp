#include "harness/fleet/fleet_config.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "harness/core/error.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& key, const std::string& allowed) {
  throw UsageError(fmt::format("fleet: {} must be {}", key, allowed));
}

const json& object_at(const json& parent, const char* key, const std::string& name) {
  static const json kEmpty = json::object();
  const auto found = parent.find(key);
  if (found == parent.end()) return kEmpty;
  if (!found->is_object()) refuse(name, "an object");
  return *found;
}

std::uint64_t integer(const json& parent, const char* key, const std::string& name, std::uint64_t otherwise,
                      std::uint64_t least, std::uint64_t most) {
  const auto found = parent.find(key);
  if (found == parent.end()) return otherwise;
  const auto allowed = fmt::format("a whole number from {} to {}", least, most);
  if (!found->is_number_integer()) refuse(name, allowed);
  if (!found->is_number_unsigned() && found->get<std::int64_t>() < 0) refuse(name, allowed);
  const auto value = found->get<std::uint64_t>();
  if (value < least || value > most) refuse(name, allowed);
  return value;
}

Nanos duration(const json& parent, const char* key, const std::string& name) {
  const auto found = parent.find(key);
  if (found == parent.end() || !found->is_string()) refuse(name, "a duration such as \"10m\"");
  const auto value = parse_duration(found->get<std::string>());
  if (!value) refuse(name, "a duration such as \"10m\"");
  return *value;
}

LogConfig logs_from_json(const json& logs) {
  LogConfig config;
  if (const auto rate = logs.find("lines_per_s"); rate != logs.end()) {
    if (!rate->is_number()) refuse("logs.lines_per_s", "a number from 0 to 10000");
    config.lines_per_s = rate->get<double>();
    if (!(config.lines_per_s >= 0 && config.lines_per_s <= 10000))
      refuse("logs.lines_per_s", "a number from 0 to 10000");
  }
  if (const auto tty = logs.find("tty"); tty != logs.end()) {
    if (!tty->is_boolean()) refuse("logs.tty", "true or false");
    config.tty = tty->get<bool>();
  }
  config.bytes = integer(logs, "bytes", "logs.bytes", config.bytes, 48, 65536);
  config.stderr_every = integer(logs, "stderr_every", "logs.stderr_every", 0, 0, 1'000'000'000);
  config.history = integer(logs, "history", "logs.history", 0, 0, 100'000'000);
  return config;
}

}  // namespace

FleetConfig fleet_config_from_json(const json& object) {
  if (!object.is_object()) throw UsageError("fleet must be an object");
  FleetConfig config;
  config.containers = integer(object, "containers", "containers", config.containers, 0, 20000);
  config.seed = integer(object, "seed", "seed", config.seed, 0, UINT64_MAX);
  config.logs = logs_from_json(object_at(object, "logs", "logs"));
  if (object.contains("churn")) {
    const auto& churn = object_at(object, "churn", "churn");
    ChurnConfig values{duration(churn, "lifetime", "churn.lifetime"), Nanos{std::chrono::seconds{5}}, false};
    if (churn.contains("restart_after"))
      values.restart_after = duration(churn, "restart_after", "churn.restart_after");
    if (churn.contains("even")) {
      if (!churn.at("even").is_boolean()) refuse("churn.even", "true or false");
      values.even = churn.at("even").get<bool>();
    }
    if (values.lifetime < std::chrono::milliseconds{1}) refuse("churn.lifetime", "at least 1ms");
    config.churn = values;
  }
  return config;
}

json to_json(const FleetConfig& config) {
  json object{{"containers", config.containers},
              {"seed", config.seed},
              {"logs",
               {{"lines_per_s", config.logs.lines_per_s},
                {"bytes", config.logs.bytes},
                {"tty", config.logs.tty},
                {"stderr_every", config.logs.stderr_every},
                {"history", config.logs.history}}}};
  if (config.churn) {
    object["churn"] = {{"lifetime", format_duration(config.churn->lifetime)},
                       {"restart_after", format_duration(config.churn->restart_after)},
                       {"even", config.churn->even}};
  }
  return object;
}

}  // namespace leakrig
