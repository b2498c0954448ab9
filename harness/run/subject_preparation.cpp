#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <random>

#include "harness/core/error.h"
#include "harness/core/fd.h"
#include "harness/core/placeholders.h"
#include "harness/run/subject_start.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPort = "port:";

struct PortRange {
  unsigned first, last;
};

/// Ports that the kernel gives to nobody who connects: from 20,000 on, or above its own range where that begins early. One
/// of its own could be gone before the subject, which starts later, binds it: so an audit saw programs "die".
PortRange ports_beside_the_kernels() {
  constexpr PortRange kUsual{20000, 32767};
  constexpr unsigned kEnough = 1000;
  PortRange kernels{kUsual.last + 1, 60999};
  std::ifstream{"/proc/sys/net/ipv4/ip_local_port_range"} >> kernels.first >> kernels.last;
  if (kernels.first >= kUsual.first + kEnough) return {kUsual.first, std::min(kernels.first - 1, kUsual.last)};
  if (kernels.last + kEnough <= UINT16_MAX) return {kernels.last + 1, UINT16_MAX};
  return {0, 0};
}

/// Binds `holder` to this port of loopback, or to any for 0.
bool hold_port(UniqueFd& holder, unsigned port, sockaddr_in& address) {
  holder = UniqueFd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  return holder.get() >= 0 && ::bind(holder.get(), any, length) == 0 && ::getsockname(holder.get(), any, &length) == 0;
}

/// A port of loopback that is free as long as `holder` is open. Rigs side by side hardly choose the same: it is by chance.
std::uint16_t hold_free_port(UniqueFd& holder) {
  constexpr int kTries = 100;
  const PortRange range = ports_beside_the_kernels();
  std::random_device chance;
  std::uniform_int_distribution<unsigned> ports{range.first, range.last};
  sockaddr_in address{};
  for (int i = 0; i < kTries && range.first != 0; ++i) {
    if (hold_port(holder, ports(chance), address)) return ntohs(address.sin_port);
  }
  if (!hold_port(holder, 0, address))
    throw Error(fmt::format("no free port of 127.0.0.1 for the subject: {}", std::strerror(errno)));
  return ntohs(address.sin_port);
}

/// All are held until the last is chosen, so that no two names get one port.
void add_ports(const SubjectSpec& subject, std::map<std::string, std::string>& values) {
  std::vector<UniqueFd> holders;
  for (const auto& [pointer, text] : texts_of(subject)) {
    for (const auto& name : placeholders_in(text)) {
      if (!name.starts_with(kPort) || values.contains(name)) continue;
      values[name] = std::to_string(hold_free_port(holders.emplace_back()));
    }
  }
}

void write_file(const fs::path& file, const std::string& content) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << content << std::flush;
  if (!out) throw Error(fmt::format("{}: cannot be written: {}", file.string(), std::strerror(errno)));
}

}  // namespace

SubjectSpec prepare_subject(const SubjectSpec& subject, const SubjectSurroundings& around) {
  SubjectSpec prepared = subject;
  auto* command = std::get_if<CommandConfig>(&prepared.what);
  if (command == nullptr) return prepared;
  const fs::path state = around.runtime / "state";
  const fs::path files = around.runtime / "files";
  fs::create_directories(state);
  std::map<std::string, std::string> values{{"docker_host", around.docker_host},
                                            {"docker_socket", around.docker_socket},
                                            {"run_dir", around.run_directory.string()},
                                            {"state_dir", state.string()}};
  values.insert(around.sinks.begin(), around.sinks.end());
  for (const auto& [name, content] : command->files) values["file:" + name] = (files / name).string();
  add_ports(subject, values);
  const auto fill = [&](std::string& text) { text = fill_placeholders(text, values); };
  for (auto& argument : command->argv) fill(argument);
  for (auto& argument : command->reset) fill(argument);
  for (auto& [name, value] : command->env) fill(value);
  for (auto& [name, content] : command->files) fill(content);
  for (auto* text : {&command->working_directory, &command->ready.line, &command->ready.port,
                     &command->ready.http, &prepared.probes.pprof})
    fill(*text);
  if (prepared.probes.metrics) fill(prepared.probes.metrics->url);
  for (const auto& [name, content] : command->files) write_file(files / name, content);
  return prepared;
}

}  // namespace leakrig
