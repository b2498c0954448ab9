#include "harness/run/subject_start.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>

#include "harness/core/error.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

using nlohmann::json;

Nanos duration_at(const json& object, const char* key, Nanos fallback) {
  return object.contains(key) ? parse_duration(object.at(key).get<std::string>()).value_or(fallback)
                              : fallback;
}

/// The built-in collector is this program itself, in a process of its own.
CommandSpec collector_command(const json& collector, const SubjectSurroundings& around) {
  json config = collector;
  config["docker_host"] = around.docker_host;
  config["loki_url"] = around.loki_url;
  config["time_scale"] = around.time_scale;
  const auto file = around.runtime / "collector.json";
  std::ofstream out(file);
  out << config.dump(2) << "\n" << std::flush;
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

ReadyCheck ready_check(const json& ready) {
  ReadyCheck check;
  check.timeout = duration_at(ready, "timeout", check.timeout);
  if (ready.contains("line")) {
    check.kind = ReadyCheck::Kind::output_line;
    check.what = ready.at("line").get<std::string>();
  } else if (ready.contains("port")) {
    check.kind = ReadyCheck::Kind::tcp_port;
    check.what = std::to_string(ready.at("port").get<int>());
  } else if (ready.contains("http")) {
    check.kind = ReadyCheck::Kind::http;
    check.what = ready.at("http").get<std::string>();
  }
  return check;
}

/// So that Go's heap profile counts every object. What the scenario or the rig's caller sets stays.
void sample_every_allocation(std::map<std::string, std::string>& env) {
  const char* inherited = std::getenv("GODEBUG");
  std::string& settings = env.try_emplace("GODEBUG", inherited == nullptr ? "" : inherited).first->second;
  settings += std::string{settings.empty() ? "" : ","} + "memprofilerate=1";
}

CommandSpec user_command(const json& subject, const SubjectSurroundings& around) {
  CommandSpec spec;
  spec.argv = subject.at("command").get<std::vector<std::string>>();
  spec.env = subject.value("env", spec.env);
  if (subject.value(json::json_pointer{"/probes/allocations"}, false)) sample_every_allocation(spec.env);
  spec.working_directory = subject.value("working_directory", "");
  spec.placeholders = {{"docker_host", around.docker_host},
                       {"docker_socket", around.docker_socket},
                       {"loki_url", around.loki_url},
                       {"run_dir", around.run_directory.string()}};
  if (subject.contains("ready")) spec.ready = ready_check(subject.at("ready"));
  if (subject.contains("stop")) {
    const json& stop = subject.at("stop");
    spec.stop_signal = signal_number(stop.value("signal", "SIGTERM"));
    spec.grace = duration_at(stop, "grace", spec.grace);
  }
  return spec;
}

}  // namespace

StartResult start_subject(const json& subject, const SubjectSurroundings& around, Guardian& guardian,
                          std::stop_token stop) {
  if (subject.contains("pid")) return attach_pid(subject.at("pid").get<pid_t>());
  CommandSpec spec = subject.contains("command") ? user_command(subject, around)
                                                 : collector_command(subject.at("collector"), around);
  spec.output = around.run_directory / (around.variant + ".subject.log");
  return start_command(spec, &guardian, std::move(stop));
}

}  // namespace leakrig
