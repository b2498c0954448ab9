// The Config and HostConfig of a container's inspect.
#include <fmt/format.h>

#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/create_body.h"

namespace leakrig::api {
namespace {

constexpr std::int64_t kDefaultShmSize = 64 << 20;

json default_config(const Container& container) {
  const auto& identity = container.identity;
  auto exposed = json::object();
  for (const auto& port : identity.ports)
    exposed[fmt::format("{}/{}", port.container_port, to_string(port.protocol))] = json::object();
  return {{"Hostname", identity.id.substr(0, 12)},
          {"Domainname", ""},
          {"User", ""},
          {"AttachStdin", false},
          {"AttachStdout", false},
          {"AttachStderr", false},
          {"ExposedPorts", exposed},
          {"Tty", container.logs.tty},
          {"OpenStdin", false},
          {"StdinOnce", false},
          {"Env", json::array()},
          {"Cmd", identity.command},
          {"Image", identity.image},
          {"Volumes", nullptr},
          {"WorkingDir", ""},
          {"Entrypoint", nullptr},
          {"OnBuild", nullptr},
          {"Labels", identity.labels}};
}

json default_host_config(const Daemon& daemon, const Container& container) {
  const char* const policy = !container.spec && daemon.fleet.config().churn ? "always" : "no";
  json host{{"Binds", nullptr},
            {"ContainerIDFile", ""},
            {"LogConfig", {{"Type", "json-file"}, {"Config", json::object()}}},
            {"NetworkMode", container.identity.network},
            {"PortBindings", bound_ports(container, true)},
            {"RestartPolicy", {{"Name", policy}, {"MaximumRetryCount", 0}}},
            {"AutoRemove", false},
            {"VolumeDriver", ""},
            {"VolumesFrom", nullptr},
            {"ConsoleSize", {0, 0}}};
  for (const char* list : {"CapAdd", "CapDrop"}) host[list] = nullptr;
  host["CgroupnsMode"] = "private";
  for (const char* list : {"Dns", "DnsOptions", "DnsSearch"}) host[list] = json::array();
  for (const char* list : {"ExtraHosts", "GroupAdd"}) host[list] = nullptr;
  host["IpcMode"] = "private";
  host.update({{"Cgroup", ""}, {"Links", nullptr}, {"OomScoreAdj", 0}, {"PidMode", ""}, {"Privileged", false},
               {"PublishAllPorts", false}, {"ReadonlyRootfs", false}, {"SecurityOpt", nullptr}, {"UTSMode", ""},
               {"UsernsMode", ""}, {"ShmSize", kDefaultShmSize}, {"Runtime", "runc"}, {"Isolation", ""}});
  for (const char* number : {"CpuShares", "Memory", "NanoCpus"}) host[number] = 0;
  host["CgroupParent"] = "";
  host["BlkioWeight"] = 0;
  for (const char* list : {"BlkioWeightDevice", "BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps",
                           "BlkioDeviceWriteIOps"})
    host[list] = json::array();
  for (const char* number : {"CpuPeriod", "CpuQuota", "CpuRealtimePeriod", "CpuRealtimeRuntime"}) host[number] = 0;
  host.update({{"CpusetCpus", ""}, {"CpusetMems", ""}, {"Devices", json::array()}, {"DeviceCgroupRules", nullptr},
               {"DeviceRequests", nullptr}, {"MemoryReservation", 0}, {"MemorySwap", 0},
               {"MemorySwappiness", nullptr}, {"OomKillDisable", nullptr}, {"PidsLimit", nullptr},
               {"Ulimits", json::array()}, {"CpuCount", 0}, {"CpuPercent", 0}, {"IOMaximumIOps", 0},
               {"IOMaximumBandwidth", 0}});
  host["MaskedPaths"] = {"/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                         "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
                         "/sys/firmware", "/sys/devices/virtual/powercap"};
  host["ReadonlyPaths"] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  return host;
}

/// What dockerd settles after it has taken the request as it came.
void settle(const Container& container, json& host) {
  host["NetworkMode"] = container.identity.network;
  if (host["RestartPolicy"].value("Name", std::string{}).empty()) host["RestartPolicy"]["Name"] = "no";
  if (host["LogConfig"].value("Type", std::string{}).empty()) host["LogConfig"]["Type"] = "json-file";
  if (host["LogConfig"].value("Config", json{}).is_null()) host["LogConfig"]["Config"] = json::object();
  if (host["Memory"] != 0 && host["MemorySwap"] == 0) host["MemorySwap"] = host["Memory"].get<std::int64_t>() * 2;
  if (host["Privileged"] == true) host["MaskedPaths"] = host["ReadonlyPaths"] = nullptr;
}

}  // namespace

json bound_ports(const Container& container, bool as_configured) {
  auto ports = json::object();
  for (const auto& port : container.identity.ports) {
    const auto key = fmt::format("{}/{}", port.container_port, to_string(port.protocol));
    if (port.host_port != 0) {
      const auto* const any = as_configured ? "" : "0.0.0.0";
      if (!ports.contains(key) || ports[key].is_null()) ports[key] = json::array();
      ports[key].push_back({{"HostIp", port.host_ip.empty() ? any : port.host_ip}, {"HostPort", std::to_string(port.host_port)}});
    } else if (!as_configured && !ports.contains(key)) {
      ports[key] = nullptr;
    }
  }
  return ports;
}

ConfiguredJson configured_json(const Daemon& daemon, const Container& container) {
  ConfiguredJson configured{default_config(container), default_host_config(daemon, container)};
  auto& config = configured.config;
  auto env = std::vector<std::string>{};
  if (container.spec) {
    const auto given = read_body(container.spec->given);
    // The image's entry point and command, unless the request has its own.
    const auto image = daemon.images.find(container.identity.image_id);
    const bool is_known = image != daemon.images.all().end();
    const bool has_entrypoint = !words_at(given, "Entrypoint").empty();
    config["Cmd"] = nullptr;
    if (is_known && !has_entrypoint && !image->second.entrypoint.empty()) config["Entrypoint"] = image->second.entrypoint;
    if (is_known && !has_entrypoint && words_at(given, "Cmd").empty()) config["Cmd"] = image->second.command;
    const auto exposed = config["ExposedPorts"];
    // What may be bound on demand is not what was asked for.
    configured.host["PortBindings"] = json::object();
    repeat_given(given, config, configured.host);
    config["Labels"] = container.identity.labels;
    config["ExposedPorts"] = exposed;
    if (exposed.empty()) config.erase("ExposedPorts");
    config["Image"] = container.identity.image;
    env = container.spec->env;
    settle(container, configured.host);
  } else if (!given_of(container).empty()) {
    repeat_given(read_body(given_of(container)), config, configured.host);
    settle(container, configured.host);
  }
  env.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  config["Env"] = std::move(env);
  return configured;
}

}  // namespace leakrig::api
