#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace leakrig {

/// Parsers of /proc's texts: pure, never throw, and take any input. What cannot be parsed is absent.

/// The fields of /proc/PID/stat that are used; the command may hold spaces and parentheses.
struct ProcStat {
  std::string comm;
  char state = '?';
  std::int64_t parent = 0;
  std::int64_t group = 0;
  std::int64_t session = 0;
  double cpu_ticks = 0;  ///< user and system
};
std::optional<ProcStat> parse_stat(std::string_view text);

/// The resident pages of /proc/PID/statm.
std::optional<std::uint64_t> parse_statm_resident(std::string_view text);

/// The inode in "socket:[123]".
std::optional<std::uint64_t> socket_inode(std::string_view target);

/// A socket as /proc/net lists it.
struct SocketInfo {
  std::string family;  ///< "unix", "tcp", "tcp6", "udp", "udp6", "netlink", ...
  std::string state;   ///< "established", "listen", "close_wait", ...; empty for datagrams
  std::string local;   ///< "127.0.0.1:3100", "[::1]:80", a Unix socket's path; empty where it has none
  std::string peer;    ///< the same of the other end; empty where unknown
};
using SocketTable = std::unordered_map<std::uint64_t, SocketInfo>;  ///< by inode

/// Adds the sockets of /proc/net/unix.
void parse_net_unix(std::string_view text, SocketTable& table);
/// Adds the sockets of /proc/net/{tcp,tcp6,udp,udp6}; `family` is that name.
void parse_net_inet(std::string_view text, const std::string& family, SocketTable& table);

/// Also for the kernel's socket diagnostics, which number states and keep addresses as /proc/net does.
const char* tcp_state_name(unsigned state);
/// 4 or 16 bytes in network order as "127.0.0.1:80" or "[::1]:80"; empty for another size.
std::string format_endpoint(const std::uint8_t* bytes, std::size_t size, unsigned port);

}  // namespace leakrig
