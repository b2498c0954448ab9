#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

#include "harness/core/error.h"
#include "harness/core/fd.h"
#include "harness/core/placeholders.h"
#include "harness/run/subject_start.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPort = "port:";

/// A port of loopback that is free as long as `holder` is open.
std::uint16_t hold_free_port(UniqueFd& holder) {
  holder = UniqueFd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (holder.get() < 0 || ::bind(holder.get(), any, length) != 0 ||
      ::getsockname(holder.get(), any, &length) != 0)
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
