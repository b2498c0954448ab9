#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "leakrig/leftover.h"
#include "leakrig/proc_self.h"

/// What descriptors, sockets and children are called.
namespace leakrig::testkit::detail {

/// "127.0.0.1:80", "[::1]:80", "/run/x.sock", "@abstract"; empty for an address that has no name.
inline std::string address_text(const sockaddr_storage& address, socklen_t length) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    ::inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(in.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    ::inet_ntop(AF_INET6, &in.sin6_addr, text, sizeof text);
    return "[" + std::string(text) + "]:" + std::to_string(ntohs(in.sin6_port));
  }
  if (address.ss_family == AF_UNIX && length > offsetof(sockaddr_un, sun_path)) {
    sockaddr_un in{};
    std::memcpy(&in, &address, sizeof in);
    const std::size_t bytes = length - offsetof(sockaddr_un, sun_path);
    if (in.sun_path[0] == 0) return "@" + std::string(in.sun_path + 1, bytes - 1);
    return std::string(in.sun_path, ::strnlen(in.sun_path, bytes));
  }
  return {};
}

inline int socket_option(int fd, int option) {
  int value = -1;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

inline std::string protocol_of(int fd) {
  const int family = socket_option(fd, SO_DOMAIN);
  const int type = socket_option(fd, SO_TYPE);
  if (family == AF_UNIX) return type == SOCK_DGRAM ? "unix datagrams" : "unix";
  if (family == AF_NETLINK) return "netlink";
  if (family != AF_INET && family != AF_INET6) return "family " + std::to_string(family);
  return type == SOCK_STREAM ? "TCP" : type == SOCK_DGRAM ? "UDP" : "raw";
}

/// A socket's name is its peer, or where it listens or is bound.
inline void name_socket(int fd, Leftover& left) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  const bool bound = ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  const std::string own = bound ? address_text(address, length) : std::string{};
  length = sizeof address;
  address = {};
  const bool connected = ::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  const std::string peer = connected ? address_text(address, length) : std::string{};
  const std::string protocol = protocol_of(fd);
  if (socket_option(fd, SO_ACCEPTCONN) == 1) {
    left.name = own;
    left.detail = protocol + " listening on " + own;
  } else if (connected) {
    ucred owner{};
    socklen_t owner_length = sizeof owner;
    const bool known = socket_option(fd, SO_DOMAIN) == AF_UNIX &&
                       ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &owner, &owner_length) == 0 && owner.pid > 0;
    left.name = peer.empty() ? own : peer;
    if (left.name.empty()) left.name = "unnamed peer";
    left.detail = protocol + " from " + (own.empty() ? "an unnamed end" : own) + " to " + left.name;
    if (known)
      left.detail +=
          owner.pid == ::getpid() ? " (this process)" : " (process " + std::to_string(owner.pid) + ")";
  } else {
    left.name = own.empty() ? "no peer" : own;
    left.detail = protocol + ", not connected, " + (own.empty() ? "not bound" : "bound to " + own);
  }
}

inline void name_descriptor(int fd, Leftover& left) {
  left.name = target_of("/proc/self/fd/" + std::to_string(fd));
  const int mode = ::fcntl(fd, F_GETFL) & O_ACCMODE;
  const bool pipe = left.name.compare(0, 5, "pipe:") == 0;
  if (pipe) left.detail = mode == O_RDONLY ? "its reading end" : "its writing end";
  if (!pipe && left.name.compare(0, 1, "/") == 0) {
    left.detail = mode == O_RDONLY ? "to read" : mode == O_WRONLY ? "to write" : "to read and write";
  }
}

/// A child's name is its command line; a zombie has none and is called by its short name.
inline void name_child(pid_t pid, Leftover& left) {
  const std::string folder = "/proc/" + std::to_string(pid);
  left.name = text_of(folder + "/cmdline");
  while (!left.name.empty() && left.name.back() == 0) left.name.pop_back();
  for (char& letter : left.name) {
    if (letter == 0) letter = ' ';
  }
  const std::string stat = text_of(folder + "/stat");
  const std::size_t close = stat.rfind(") ");
  const bool ended = close != std::string::npos && stat[close + 2] == 'Z';
  if (left.name.empty()) left.name = line_of(folder + "/comm");
  left.detail = ended ? "which has ended and was never waited for" : "which still runs";
}

}  // namespace leakrig::testkit::detail
