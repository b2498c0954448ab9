// GET /containers/{id}/top: what `ps` of the host says of a container's processes, in the columns that are asked for.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/core/text_fields.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

/// A column of ps, by its name or its other name after -o (procps' ps(1), "STANDARD FORMAT SPECIFIERS").
struct PsColumn {
  std::string_view name;
  std::string_view other_name;
  std::string_view title;
  std::string (*value)(const Daemon& daemon, const Container& container);
};

std::string command_of(const Container& container) {
  return fmt::format("{}", fmt::join(container.identity.command, " "));
}
template <char const* kText>
std::string constant(const Daemon&, const Container&) {
  return kText;
}
std::string pid_of(const Daemon&, const Container& container) {
  return std::to_string(container.pid);
}
std::string start_of(const Daemon& daemon, const Container& container) {
  return daemon.wire_time(*container.started).substr(11, 5);
}
std::string whole_command(const Daemon&, const Container& container) {
  return command_of(container);
}
std::string short_command(const Daemon&, const Container& container) {
  return container.identity.command.empty() ? std::string{} : std::string{program_name(container.identity.command.front())};
}
std::string age_of(const Daemon& daemon, const Container& container) {
  const auto age = (daemon.clock.now() - *container.started) / std::chrono::seconds{1};
  return age < 3600 ? fmt::format("{:02}:{:02}", age / 60, age % 60) : fmt::format("{:02}:{:02}:{:02}", age / 3600, age / 60 % 60, age % 60);
}

constexpr char kRoot[] = "root";
constexpr char kNought[] = "0";
constexpr char kOne[] = "1";
constexpr char kNoTerminal[] = "?";
constexpr char kCpuTime[] = "00:00:00";
constexpr char kShortTime[] = "0:00";
constexpr char kCpu[] = "0.1";
constexpr char kMemory[] = "0.2";
constexpr char kVirtual[] = "23456";
constexpr char kResident[] = "4567";
constexpr char kState[] = "Ss";
constexpr char kShortState[] = "S";
constexpr char kPriority[] = "20";

constexpr std::array kColumns{
    PsColumn{"pid", "tgid", "PID", pid_of},
    PsColumn{"ppid", "", "PPID", constant<kOne>},
    PsColumn{"user", "euser", "USER", constant<kRoot>},
    PsColumn{"ruser", "", "RUSER", constant<kRoot>},
    PsColumn{"group", "egroup", "GROUP", constant<kRoot>},
    PsColumn{"uid", "euid", "UID", constant<kNought>},
    PsColumn{"gid", "egid", "GID", constant<kNought>},
    PsColumn{"pgid", "pgrp", "PGID", pid_of},
    PsColumn{"sid", "sess", "SID", pid_of},
    PsColumn{"c", "", "C", constant<kNought>},
    PsColumn{"pcpu", "%cpu", "%CPU", constant<kCpu>},
    PsColumn{"pmem", "%mem", "%MEM", constant<kMemory>},
    PsColumn{"vsz", "vsize", "VSZ", constant<kVirtual>},
    PsColumn{"rss", "rssize", "RSS", constant<kResident>},
    PsColumn{"tty", "tt", "TT", constant<kNoTerminal>},
    PsColumn{"stat", "", "STAT", constant<kState>},
    PsColumn{"state", "s", "S", constant<kShortState>},
    PsColumn{"start", "start_time", "START", start_of},
    PsColumn{"stime", "bsdstart", "STIME", start_of},
    PsColumn{"time", "cputime", "TIME", constant<kCpuTime>},
    PsColumn{"bsdtime", "", "TIME", constant<kShortTime>},
    PsColumn{"etime", "", "ELAPSED", age_of},
    PsColumn{"ni", "nice", "NI", constant<kNought>},
    PsColumn{"pri", "", "PRI", constant<kPriority>},
    PsColumn{"nlwp", "thcount", "NLWP", constant<kOne>},
    PsColumn{"comm", "ucmd", "COMMAND", short_command},
    PsColumn{"cmd", "", "CMD", whole_command},
    PsColumn{"args", "command", "COMMAND", whole_command}};

/// What stands after -o in the arguments; nothing if there is none.
std::optional<std::string> format_of(std::string_view arguments) {
  std::string format;
  bool is_asked = false;
  bool is_first = true;
  for (auto word = next_word(arguments); !word.empty(); word = next_word(arguments), is_first = false) {
    // BSD's options have no dash, and come first.
    if (!word.starts_with('-') && !is_first) continue;
    const auto at = word.find('o');
    if (at == std::string_view::npos) continue;
    auto list = word.substr(at + 1);
    if (list.empty()) list = next_word(arguments);
    format += (format.empty() ? "" : ",") + std::string{list};
    is_asked = true;
  }
  return is_asked ? std::optional{format} : std::nullopt;
}

json table_of(const Daemon& daemon, const Container& container, std::string_view format) {
  auto titles = json::array();
  auto row = json::array();
  bool has_pid = false;
  while (!format.empty()) {
    const auto comma = format.find(',');
    auto name = format.substr(0, comma);
    format = comma == std::string_view::npos ? std::string_view{} : format.substr(comma + 1);
    const auto equals = name.find('=');
    const auto title = equals == std::string_view::npos ? std::optional<std::string_view>{} : name.substr(equals + 1);
    name = name.substr(0, equals);
    const auto column = std::find_if(kColumns.begin(), kColumns.end(), [name](const PsColumn& each) { return each.name == name || each.other_name == name; });
    if (name.empty() || column == kColumns.end()) throw ApiError(500, fmt::format("ps: error: unknown user-defined format specifier \"{}\"", name));
    const auto shown = title.value_or(column->title);
    has_pid = has_pid || shown == "PID";
    titles.push_back(shown);
    row.push_back(column->value(daemon, container));
  }
  // dockerd picks the container's processes by it.
  if (!has_pid) throw ApiError(500, "Couldn't find PID field in ps output");
  return {{"Processes", json::array({row})}, {"Titles", titles}};
}

}  // namespace

Answer top(Daemon& daemon, const Request& request) {
  const auto& container = daemon.fleet.at(daemon.find(request.id));
  if (!container.is_running()) throw api_error::not_running(container.identity.id);
  const auto arguments = request.param("ps_args");
  if (const auto format = format_of(arguments)) return json_reply(table_of(daemon, container, *format));
  const auto pid = pid_of(daemon, container);
  const auto started = start_of(daemon, container);
  const auto command = command_of(container);
  auto words = arguments;
  const auto options = next_word(words);
  if (options.find('u') != std::string_view::npos) {
    return json_reply({{"Processes", {{kRoot, pid, kCpu, kMemory, kVirtual, kResident, kNoTerminal, kState, started, kShortTime, command}}},
                       {"Titles", {"USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND"}}});
  }
  return json_reply({{"Processes", {{kRoot, pid, kOne, kNought, started, kNoTerminal, kCpuTime, command}}},
                     {"Titles", {"UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"}}});
}

}  // namespace leakrig::api
