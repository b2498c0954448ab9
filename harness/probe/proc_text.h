#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leakrig {

/// Parsers of /proc's texts: pure, never throw, and take any input. What cannot be parsed is absent.

/// The fields of /proc/PID/stat that are used; the command may hold spaces and parentheses.
struct ProcStat {
  std::string comm;
  char state = '?';
  std::int64_t parent = 0;
  std::int64_t group = 0;
  std::int64_t session = 0;
  double cpu_ticks = 0;           ///< user and system
  std::uint64_t start_ticks = 0;  ///< after boot; with the pid it names a process for good
};
std::optional<ProcStat> parse_stat(std::string_view text);

/// The resident pages of /proc/PID/statm.
std::optional<std::uint64_t> parse_statm_resident(std::string_view text);

/// "RssAnon:   120 kB" of /proc/PID/status, "Pss:" of smaps_rollup: in bytes.
std::optional<double> parse_kilobytes(std::string_view text, std::string_view field);

/// The inode in "socket:[123]".
std::optional<std::uint64_t> socket_inode(std::string_view target);

/// What a descriptor is, from its link's target: "socket", "pipe", "anon_inode:[eventpoll]", or a path with
/// its numbers collapsed.
std::string fd_kind(std::string_view target);

/// Numbers, and hexadecimal ids of 8 digits or more, as "#": "worker-17" -> "worker-#", so that what differs
/// only by number is one group.
std::string collapse_numbers(std::string_view text);

}  // namespace leakrig
