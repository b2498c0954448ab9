#include "harness/probe/unix_diag.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "harness/core/fd.h"

namespace leakrig {
namespace {

/// A plain struct at `offset`, copied out as nothing is known of its alignment.
template <typename T>
std::optional<T> at(std::span<const std::byte> bytes, std::size_t offset = 0) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

constexpr std::size_t align4(std::size_t n) {
  return (n + 3) & ~std::size_t{3};
}

/// A path as it is, an abstract name with "@" for its leading zero, as in /proc/net/unix.
std::string socket_name(std::span<const std::byte> bytes) {
  std::string name{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  if (!name.empty() && name.front() == '\0') {
    name.front() = '@';
    return name;
  }
  return name.substr(0, name.find('\0'));
}

void parse_socket(std::span<const std::byte> message, SocketTable& table,
                  std::unordered_map<std::uint64_t, std::uint64_t>& peers) {
  const auto head = at<unix_diag_msg>(message);
  if (!head) return;
  SocketInfo info;
  info.family = "unix";
  info.state = head->udiag_state == 7 ? "unconnected" : tcp_state_name(head->udiag_state);
  auto rest = message.subspan(std::min(message.size(), align4(sizeof(unix_diag_msg))));
  while (const auto attribute = at<rtattr>(rest)) {
    if (attribute->rta_len < sizeof(rtattr) || attribute->rta_len > rest.size()) break;
    const auto payload = rest.subspan(sizeof(rtattr), attribute->rta_len - sizeof(rtattr));
    if (attribute->rta_type == UNIX_DIAG_NAME) info.local = socket_name(payload);
    if (attribute->rta_type == UNIX_DIAG_PEER) {
      if (const auto peer = at<std::uint32_t>(payload)) peers[head->udiag_ino] = *peer;
    }
    rest = rest.subspan(std::min(rest.size(), align4(attribute->rta_len)));
  }
  table[head->udiag_ino] = std::move(info);
}

bool send_request(int netlink) {
  struct {
    nlmsghdr header{};
    unix_diag_req request{};
  } message;
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.request.sdiag_family = AF_UNIX;
  message.request.udiag_states = ~0U;
  message.request.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER;
  return ::send(netlink, &message, sizeof message, 0) == static_cast<ssize_t>(sizeof message);
}

}  // namespace

bool parse_unix_diag(std::span<const std::byte> datagram, SocketTable& table,
                     std::unordered_map<std::uint64_t, std::uint64_t>& peers) {
  while (const auto header = at<nlmsghdr>(datagram)) {
    if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) return true;
    if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > datagram.size()) return true;
    if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
      parse_socket(datagram.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr)), table, peers);
    }
    datagram = datagram.subspan(std::min(datagram.size(), align4(header->nlmsg_len)));
  }
  return false;
}

bool list_unix_sockets(SocketTable& table) {
  const UniqueFd netlink{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
  const timeval timeout{2, 0};
  ::setsockopt(netlink.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  if (!netlink || !send_request(netlink.get())) return false;
  SocketTable found;
  std::unordered_map<std::uint64_t, std::uint64_t> peers;
  std::vector<std::byte> buffer(std::size_t{1} << 16U);
  while (true) {
    const auto n = ::recv(netlink.get(), buffer.data(), buffer.size(), 0);
    if (n <= 0) return false;
    if (parse_unix_diag({buffer.data(), static_cast<std::size_t>(n)}, found, peers)) break;
  }
  // The accepting end carries the listener's path; the connecting end learns it from its peer.
  for (auto& [inode, info] : found) {
    const auto peer = peers.find(inode);
    const auto other = peer == peers.end() ? found.end() : found.find(peer->second);
    if (other != found.end()) info.peer = other->second.local;
  }
  table.merge(found);
  return true;
}

}  // namespace leakrig
