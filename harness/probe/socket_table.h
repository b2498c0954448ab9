#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace leakrig {

/// A socket as the kernel lists it.
struct SocketInfo {
  std::string family;  ///< "unix", "tcp", "tcp6", "udp", "udp6"
  std::string state;   ///< "established", "listen", "close_wait", ...; empty for datagrams
  std::string local;   ///< "127.0.0.1:3100", "[::1]:80", a Unix socket's path; empty where it has none
  std::string peer;    ///< the same of the other end; empty where unknown
};
using SocketTable = std::unordered_map<std::uint64_t, SocketInfo>;  ///< by inode

/// The parsers are pure, never throw, and take any input: what cannot be parsed is left out.

/// Adds the sockets of /proc/net/unix, which does not tell the peers.
void parse_net_unix(std::string_view text, SocketTable& table);
/// Adds the sockets of /proc/net/{tcp,tcp6,udp,udp6}; `family` is that name.
void parse_net_inet(std::string_view text, const std::string& family, SocketTable& table);

/// The kernel's numbers, in /proc/net and in its socket diagnostics; empty for one it does not have.
const char* tcp_state_name(unsigned state);
/// 4 or 16 bytes in network order as "127.0.0.1:80" or "[::1]:80"; empty for another size.
std::string format_endpoint(const std::uint8_t* bytes, std::size_t size, unsigned port);

}  // namespace leakrig
