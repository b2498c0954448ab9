#include "harness/fake_docker/api/create_body.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "harness/core/bounded_json.h"
#include "harness/fake_docker/http/errors.h"

namespace leakrig::api {
namespace {

using Given = nlohmann::json;

/// Go's types of the fields, as far as its decoder tells them apart.
enum class GoType { text, flag, whole, texts, words, text_map, object, list };

struct Field {
  const char* name;
  GoType type;
};

// container.Config and container.HostConfig (with Resources) of moby 27.5, by what they hold.
constexpr std::array kConfigFields{
    Field{"Hostname", GoType::text},       Field{"Domainname", GoType::text},    Field{"User", GoType::text},
    Field{"AttachStdin", GoType::flag},    Field{"AttachStdout", GoType::flag},  Field{"AttachStderr", GoType::flag},
    Field{"ExposedPorts", GoType::object}, Field{"Tty", GoType::flag},           Field{"OpenStdin", GoType::flag},
    Field{"StdinOnce", GoType::flag},      Field{"Env", GoType::texts},          Field{"Cmd", GoType::words},
    Field{"Healthcheck", GoType::object},  Field{"ArgsEscaped", GoType::flag},   Field{"Image", GoType::text},
    Field{"Volumes", GoType::object},      Field{"WorkingDir", GoType::text},    Field{"Entrypoint", GoType::words},
    Field{"NetworkDisabled", GoType::flag}, Field{"MacAddress", GoType::text},   Field{"OnBuild", GoType::texts},
    Field{"Labels", GoType::text_map},     Field{"StopSignal", GoType::text},    Field{"StopTimeout", GoType::whole},
    Field{"Shell", GoType::words}};
constexpr std::array kHostFields{
    Field{"Binds", GoType::texts},           Field{"ContainerIDFile", GoType::text}, Field{"LogConfig", GoType::object},
    Field{"NetworkMode", GoType::text},      Field{"PortBindings", GoType::object},  Field{"RestartPolicy", GoType::object},
    Field{"AutoRemove", GoType::flag},       Field{"VolumeDriver", GoType::text},    Field{"VolumesFrom", GoType::texts},
    Field{"ConsoleSize", GoType::list},      Field{"Annotations", GoType::text_map}, Field{"CapAdd", GoType::words},
    Field{"CapDrop", GoType::words},         Field{"CgroupnsMode", GoType::text},    Field{"Dns", GoType::texts},
    Field{"DnsOptions", GoType::texts},      Field{"DnsSearch", GoType::texts},      Field{"ExtraHosts", GoType::texts},
    Field{"GroupAdd", GoType::texts},        Field{"IpcMode", GoType::text},         Field{"Cgroup", GoType::text},
    Field{"Links", GoType::texts},           Field{"OomScoreAdj", GoType::whole},    Field{"PidMode", GoType::text},
    Field{"Privileged", GoType::flag},       Field{"PublishAllPorts", GoType::flag}, Field{"ReadonlyRootfs", GoType::flag},
    Field{"SecurityOpt", GoType::texts},     Field{"StorageOpt", GoType::text_map},  Field{"Tmpfs", GoType::text_map},
    Field{"UTSMode", GoType::text},          Field{"UsernsMode", GoType::text},      Field{"ShmSize", GoType::whole},
    Field{"Sysctls", GoType::text_map},      Field{"Runtime", GoType::text},         Field{"Isolation", GoType::text},
    Field{"CpuShares", GoType::whole},       Field{"Memory", GoType::whole},         Field{"NanoCpus", GoType::whole},
    Field{"CgroupParent", GoType::text},     Field{"BlkioWeight", GoType::whole},    Field{"BlkioWeightDevice", GoType::list},
    Field{"BlkioDeviceReadBps", GoType::list}, Field{"BlkioDeviceWriteBps", GoType::list},
    Field{"BlkioDeviceReadIOps", GoType::list}, Field{"BlkioDeviceWriteIOps", GoType::list},
    Field{"CpuPeriod", GoType::whole},       Field{"CpuQuota", GoType::whole},       Field{"CpuRealtimePeriod", GoType::whole},
    Field{"CpuRealtimeRuntime", GoType::whole}, Field{"CpusetCpus", GoType::text},   Field{"CpusetMems", GoType::text},
    Field{"Devices", GoType::list},          Field{"DeviceCgroupRules", GoType::texts}, Field{"DeviceRequests", GoType::list},
    Field{"MemoryReservation", GoType::whole}, Field{"MemorySwap", GoType::whole},   Field{"MemorySwappiness", GoType::whole},
    Field{"OomKillDisable", GoType::flag},   Field{"PidsLimit", GoType::whole},      Field{"Ulimits", GoType::list},
    Field{"CpuCount", GoType::whole},        Field{"CpuPercent", GoType::whole},     Field{"IOMaximumIOps", GoType::whole},
    Field{"IOMaximumBandwidth", GoType::whole}, Field{"Mounts", GoType::list},       Field{"MaskedPaths", GoType::texts},
    Field{"ReadonlyPaths", GoType::texts},   Field{"Init", GoType::flag}};

const char* go_name(GoType type) {
  switch (type) {
    case GoType::flag:
      return "bool";
    case GoType::whole:
      return "int64";
    case GoType::text_map:
      return "map[string]string";
    case GoType::texts:
      return "[]string";
    case GoType::object:
      return "map[string]interface {}";
    case GoType::list:
      return "[]interface {}";
    case GoType::text:
    case GoType::words:
      break;
  }
  return "string";
}

/// What Go's decoder calls a value.
std::string value_name(const Given& value, bool for_a_number) {
  if (value.is_number()) return for_a_number ? "number " + value.dump() : "number";
  return value.is_string() ? "string" : value.is_boolean() ? "bool" : value.is_array() ? "array" : "object";
}

bool is_of(const Given& value, GoType type) {
  switch (type) {
    case GoType::text:
      return value.is_string();
    case GoType::flag:
      return value.is_boolean();
    case GoType::whole:
      return value.is_number_integer();
    case GoType::text_map:
    case GoType::object:
      return value.is_object();
    case GoType::texts:
    case GoType::list:
      return value.is_array();
    case GoType::words:
      return value.is_array() || value.is_string();
  }
  return false;
}

[[noreturn]] void refuse(const Given& value, GoType type, const std::string& place) {
  throw api_error::bad_parameter(fmt::format("invalid JSON: json: cannot unmarshal {} into Go {} of type {}",
                                             value_name(value, type == GoType::whole), place, go_name(type)));
}

void check_field(const Given& value, const Field& field, const std::string& place) {
  // Go leaves a field alone that is null.
  if (value.is_null()) return;
  // StrSlice decodes by itself and does not know where it stands.
  if (field.type == GoType::words && !is_of(value, field.type)) refuse(value, GoType::text, "value");
  if (!is_of(value, field.type)) refuse(value, field.type, place);
  const bool of_texts = field.type == GoType::texts || field.type == GoType::text_map;
  for (const auto& each : value.is_structured() ? value : Given::array()) {
    if (field.type == GoType::words && !each.is_string()) refuse(value, GoType::text, "value");
    if (of_texts && !each.is_string() && !each.is_null()) refuse(each, GoType::text, place);
  }
}

bool check_fields(const Given& object, std::span<const Field> fields, const std::string& place) {
  bool any = false;
  for (const auto& field : fields) {
    const auto found = object.find(field.name);
    if (found == object.end()) continue;
    any = true;
    check_field(*found, field, place + field.name);
  }
  return any;
}

void repeat_fields(const Given& object, std::span<const Field> fields, json& into) {
  for (const auto& field : fields) {
    const auto& value = member(object, field.name);
    // An empty string and 0 are Go's "not said": dockerd's default stays.
    if (value.is_null() || value == "" || value == 0) continue;
    if (field.type == GoType::words && value.is_string()) {
      into[field.name] = {value.get<std::string>()};
    } else {
      into[field.name] = json(value);
    }
  }
}

}  // namespace

nlohmann::json read_body(const std::string& text) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw api_error::bad_parameter("invalid JSON: got EOF while reading request body");
  try {
    return parse_json(text, {.bytes = 1U << 20U, .depth = 100});
  } catch (const JsonError& error) {
    throw api_error::bad_parameter(std::string{"invalid JSON: "} + error.what());
  }
}

nlohmann::json read_create_body(const std::string& text) {
  auto body = read_body(text);
  if (body.is_null()) body = Given::object();
  if (!body.is_object()) {
    throw api_error::bad_parameter(
        fmt::format("invalid JSON: json: cannot unmarshal {} into Go value of type runconfig.ContainerConfigWrapper",
                    value_name(body, false)));
  }
  const bool has_config = check_fields(body, kConfigFields, "struct field ContainerConfigWrapper.");
  const auto& host = member(body, "HostConfig");
  if (!host.is_null() && !host.is_object())
    refuse(host, GoType::object, "struct field ContainerConfigWrapper.HostConfig");
  if (host.is_object()) check_fields(host, kHostFields, "struct field HostConfig.HostConfig.");
  if (!has_config) throw api_error::bad_parameter("config cannot be empty in order to create a container");
  return body;
}

void check_host_fields(const nlohmann::json& host) {
  if (!host.is_object()) refuse(host, GoType::object, "value");
  check_fields(host, kHostFields, "struct field UpdateConfig.");
}

void repeat_given(const nlohmann::json& given, json& config, json& host_config) {
  repeat_fields(given, kConfigFields, config);
  repeat_fields(member(given, "HostConfig"), kHostFields, host_config);
}

const nlohmann::json& member(const nlohmann::json& object, const char* key) {
  static const Given kNone;
  if (!object.is_object()) return kNone;
  const auto found = object.find(key);
  return found == object.end() ? kNone : *found;
}

std::vector<std::string> words_at(const nlohmann::json& object, const char* key) {
  std::vector<std::string> words;
  const auto& value = member(object, key);
  if (value.is_string()) words.push_back(value.get<std::string>());
  if (!value.is_array()) return words;
  for (const auto& word : value) {
    if (word.is_string()) words.push_back(word.get<std::string>());
  }
  return words;
}

std::string text_at(const nlohmann::json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

long long number_at(const nlohmann::json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_number_integer() ? value.get<long long>() : 0;
}

bool flag_at(const nlohmann::json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_boolean() && value.get<bool>();
}

}  // namespace leakrig::api
