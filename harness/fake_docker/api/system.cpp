// ping, version, info: what the daemon says about itself.
#include <sys/utsname.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/http/product.h"
#include "harness/fake_docker/state/daemon.h"

#include "harness/fake_docker/http/errors.h"

namespace leakrig::api {
namespace {


std::string api_text(ApiMinor minor) {
  return "1." + std::to_string(minor);
}

const char* go_architecture() {
  utsname names{};
  if (::uname(&names) != 0) return "amd64";
  const std::string machine = names.machine;
  return machine == "aarch64" ? "arm64" : "amd64";
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

}  // namespace

Answer ping(Daemon&, const Request&) {
  Reply reply;
  reply.body = "OK";
  reply.content_type = "text/plain; charset=utf-8";
  reply.headers = {{"Builder-Version", "2"},
                   {"Swarm", "inactive"},
                   {"Cache-Control", "no-cache, no-store, must-revalidate"},
                   {"Pragma", "no-cache"}};
  return reply;
}

Answer version(Daemon& daemon, const Request&) {
  const auto& engine_product = product_of(daemon.api.most);
  const auto most = api_text(daemon.api.most);
  const auto least = api_text(daemon.api.least);
  const json engine{{"Name", "Engine"},
                    {"Version", engine_product.version},
                    {"Details",
                     {{"ApiVersion", most},
                      {"Arch", go_architecture()},
                      {"BuildTime", engine_product.build_time},
                      {"Experimental", "false"},
                      {"GitCommit", engine_product.git_commit},
                      {"GoVersion", engine_product.go_version},
                      {"KernelVersion", product::kKernelVersion},
                      {"MinAPIVersion", least},
                      {"Os", "linux"}}}};
  return json_reply({{"Platform", {{"Name", "leakrig fake Docker"}}},
                     {"Components", json::array({engine})},
                     {"Version", engine_product.version},
                     {"ApiVersion", most},
                     {"MinAPIVersion", least},
                     {"GitCommit", engine_product.git_commit},
                     {"GoVersion", engine_product.go_version},
                     {"Os", "linux"},
                     {"Arch", go_architecture()},
                     {"KernelVersion", product::kKernelVersion},
                     {"BuildTime", engine_product.build_time}});
}

Answer info(Daemon& daemon, const Request&) {
  const auto& fleet = daemon.fleet;
  const auto& engine_product = product_of(daemon.api.most);
  std::size_t known = 0;
  std::size_t running = 0;
  std::size_t paused = 0;
  std::set<std::string> images;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    const auto& container = fleet.at(i);
    if (container.removed) continue;
    ++known;
    running += container.state == ContainerState::running ? 1 : 0;
    paused += container.state == ContainerState::paused ? 1 : 0;
    images.insert(container.identity.image);
  }
  const json none = json::array();
  return json_reply(
      {{"ID", "7bd0b2ff-1a4d-4a2c-8bb0-2b0e7c0f5d11"},
       {"Containers", known},
       {"ContainersRunning", running},
       {"ContainersPaused", paused},
       {"ContainersStopped", known - running - paused},
       {"Images", images.size()},
       {"Driver", "overlay2"},
       {"DriverStatus", json::array({json::array({"Backing Filesystem", "extfs"}),
                                     json::array({"Supports d_type", "true"})})},
       {"Plugins",
        {{"Volume", {"local"}},
         {"Network", {"bridge", "host", "null"}},
         {"Authorization", nullptr},
         {"Log", {"json-file", "local"}}}},
       {"MemoryLimit", true},
       {"SwapLimit", true},
       {"CpuCfsPeriod", true},
       {"CpuCfsQuota", true},
       {"CPUShares", true},
       {"CPUSet", true},
       {"PidsLimit", true},
       {"IPv4Forwarding", true},
       {"BridgeNfIptables", true},
       {"BridgeNfIp6tables", true},
       {"OomKillDisable", false},
       {"Debug", false},
       {"NFd", 30},
       {"NGoroutines", 50},
       {"SystemTime", daemon.wire_time(daemon.clock.now())},
       {"LoggingDriver", "json-file"},
       {"CgroupDriver", "systemd"},
       {"CgroupVersion", "2"},
       {"NEventsListener", 0},
       {"KernelVersion", product::kKernelVersion},
       {"OperatingSystem", product::kOperatingSystem},
       {"OSVersion", "12"},
       {"OSType", "linux"},
       {"Architecture", go_architecture() == std::string{"arm64"} ? "aarch64" : "x86_64"},
       {"IndexServerAddress", "https://index.docker.io/v1/"},
       {"RegistryConfig",
        {{"InsecureRegistryCIDRs", {"127.0.0.0/8"}}, {"IndexConfigs", json::object()}, {"Mirrors", nullptr}}},
       {"NCPU", ::sysconf(_SC_NPROCESSORS_ONLN)},
       {"MemTotal", ::sysconf(_SC_PHYS_PAGES) * ::sysconf(_SC_PAGESIZE)},
       {"DockerRootDir", "/var/lib/docker"},
       {"HttpProxy", ""},
       {"HttpsProxy", ""},
       {"NoProxy", ""},
       {"Name", host_name()},
       {"Labels", none},
       {"ExperimentalBuild", false},
       {"ServerVersion", engine_product.version},
       {"Runtimes", {{"runc", {{"path", "runc"}}}}},
       {"DefaultRuntime", "runc"},
       {"Swarm",
        {{"NodeID", ""},
         {"NodeAddr", ""},
         {"LocalNodeState", "inactive"},
         {"ControlAvailable", false},
         {"Error", ""},
         {"RemoteManagers", nullptr}}},
       {"LiveRestoreEnabled", false},
       {"Isolation", ""},
       {"InitBinary", "docker-init"},
       {"ContainerdCommit", {{"ID", "bcc810d6b9066471b0b6fa75f557a15a1cbf31bb"}}},
       {"RuncCommit", {{"ID", "v1.2.4-0-g6c52b3f"}}},
       {"InitCommit", {{"ID", "de40ad0"}}},
       {"SecurityOptions", {"name=seccomp,profile=builtin", "name=cgroupns"}},
       {"Warnings", nullptr}});
}

Answer options(Daemon&, const Request&) {
  return empty_reply();
}

Answer list_plugins(Daemon&, const Request&) {
  return json_reply(json::array());
}

Answer no_swarm(Daemon&, const Request&) {
  throw ApiError(503,
                 "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this "
                 "node to swarm and try again.");
}

}  // namespace leakrig::api
