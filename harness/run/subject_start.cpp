#include "harness/run/subject_start.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>

#include "harness/core/error.h"
#include "harness/spec/collector_text.h"

namespace leakrig {
namespace {

constexpr Nanos kLongestReset = std::chrono::minutes{10};
constexpr Nanos kLook = std::chrono::milliseconds{50};

/// The built-in collector is this program itself, in a process of its own.
CommandSpec collector_command(CollectorConfig config, const SubjectSurroundings& around) {
  config.docker_host = around.docker_host;
  config.loki_url = around.sinks.at("loki_url");
  config.time_scale = around.time_scale;
  const auto file = around.runtime / "collector.json";
  std::ofstream out(file);
  out << collector_text(config) << std::flush;
  if (!out) throw Error(file.string() + ": cannot be written");

  CommandSpec spec;
  spec.argv = {std::filesystem::read_symlink("/proc/self/exe").string(), "collector", "--config",
               file.string()};
  spec.ready = {ReadyCheck::Kind::output_line, "ready", std::chrono::seconds{30}};
  return spec;
}

int signal_number(const std::string& name) {
  static const std::map<std::string, int> known{{"SIGTERM", SIGTERM},
                                                {"SIGINT", SIGINT},
                                                {"SIGQUIT", SIGQUIT},
                                                {"SIGHUP", SIGHUP},
                                                {"SIGKILL", SIGKILL}};
  return known.at(name);
}

ReadyCheck ready_check(const ReadySpec& ready) {
  if (!ready.line.empty()) return {ReadyCheck::Kind::output_line, ready.line, ready.timeout};
  if (!ready.port.empty()) return {ReadyCheck::Kind::tcp_port, ready.port, ready.timeout};
  if (!ready.http.empty()) return {ReadyCheck::Kind::http, ready.http, ready.timeout};
  return {ReadyCheck::Kind::none, "", ready.timeout};
}

/// So that Go's heap profile counts every object. What the scenario or the rig's caller sets stays.
void sample_every_allocation(std::map<std::string, std::string>& env) {
  const char* inherited = std::getenv("GODEBUG");
  std::string& settings = env.try_emplace("GODEBUG", inherited == nullptr ? "" : inherited).first->second;
  settings += std::string{settings.empty() ? "" : ","} + "memprofilerate=1";
}

CommandSpec user_command(const CommandConfig& command, bool allocations) {
  CommandSpec spec;
  spec.argv = command.argv;
  spec.env = command.env;
  if (allocations) sample_every_allocation(spec.env);
  spec.working_directory = command.working_directory;
  spec.ready = ready_check(command.ready);
  spec.stop_signal = signal_number(command.stop.signal);
  spec.grace = command.stop.grace;
  return spec;
}

/// False where the rig was stopped meanwhile.
bool reset(const CommandConfig& command, const std::filesystem::path& output, const std::stop_token& stop) {
  if (command.reset.empty()) return true;
  SpawnOptions options;
  options.argv = command.reset;
  options.env = command.env;
  options.working_directory = command.working_directory;
  options.output = output;
  ChildProcess child(options);
  for (Nanos waited{0}; waited < kLongestReset; waited += kLook) {
    if (stop.stop_requested()) return false;
    const auto status = child.wait(kLook);
    if (!status) continue;
    if (status->clean()) return true;
    throw Error(fmt::format("the reset command {} ended with {}; its output is in {}", command.reset.front(),
                            status->describe(), output.filename().string()));
  }
  throw Error(fmt::format("the reset command {} did not end within ten minutes", command.reset.front()));
}

}  // namespace

StartResult start_subject(const SubjectSpec& prepared, const SubjectSurroundings& around, Guardian& guardian,
                          std::stop_token stop) {
  if (const auto* process = prepared.attached()) return attach_pid(process->pid);
  const auto output = around.run_directory / (around.variant + ".subject.log");
  CommandSpec spec;
  if (const auto* command = prepared.command()) {
    if (!reset(*command, output, stop)) return StartInterrupted{};
    spec = user_command(*command, prepared.probes.allocations);
    spec.mount_target = command->docker_socket_at;
    spec.mount_source = around.docker_socket;
  } else if (const auto* collector = prepared.collector()) {
    spec = collector_command(*collector, around);
  } else {
    throw Error("there is no subject to start");
  }
  spec.output = output;
  if (around.keep_output) spec.output_limit = 0;
  return start_command(spec, &guardian, std::move(stop));
}

}  // namespace leakrig
