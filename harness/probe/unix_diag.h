#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "harness/probe/socket_table.h"

namespace leakrig {

/// The Unix sockets of this process's network namespace with their peers, asked of the kernel's socket
/// diagnostics (NETLINK_SOCK_DIAG); /proc/net/unix does not tell who is connected to whom. False when the
/// kernel does not answer: then `table` is as it was.
bool list_unix_sockets(SocketTable& table);

/// The parser behind it. Adds the sockets of one datagram of answers to `table` and their peers' inodes to
/// `peers`. Takes any input. Returns true at the end of the answers.
bool parse_unix_diag(std::span<const std::byte> datagram, SocketTable& table,
                     std::unordered_map<std::uint64_t, std::uint64_t>& peers);

}  // namespace leakrig
