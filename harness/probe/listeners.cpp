#include "harness/probe/listeners.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "harness/probe/proc_directory.h"
#include "harness/probe/proc_text.h"
#include "harness/probe/process_tree.h"
#include "harness/probe/socket_table.h"
#include "harness/core/text_fields.h"

namespace leakrig {
namespace {

constexpr std::size_t kTcpTableLimit = std::size_t{64} << 20U;

/// "127.0.0.1:80" or "[::1]:80" in its parts.
std::optional<ListeningAddress> listener_at(std::string_view local) {
  const auto colon = local.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = whole_number<std::uint16_t>(local.substr(colon + 1));
  auto host = local.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!port || *port == 0) return std::nullopt;
  return ListeningAddress{std::string{host}, *port};
}

/// The TCP sockets of the network namespace that a process is in.
SocketTable tcp_table(const ProcDirectory& process) {
  SocketTable table;
  for (const char* family : {"tcp", "tcp6"}) {
    const auto text = process.read_file((std::string{"net/"} + family).c_str(), kTcpTableLimit);
    if (text) parse_net_inet(*text, family, table);
  }
  return table;
}

std::set<std::uint64_t> socket_inodes(const ProcDirectory& process) {
  std::set<std::uint64_t> inodes;
  process.each_fd([&](unsigned, std::string_view target) {
    if (const auto inode = socket_inode(target)) inodes.insert(*inode);
  });
  return inodes;
}

bool holds_one(const ProcDirectory& process, const std::set<std::uint64_t>& inodes) {
  bool holds = false;
  process.each_fd([&](unsigned, std::string_view target) {
    const auto inode = socket_inode(target);
    if (inode && inodes.contains(*inode)) holds = true;
  });
  return holds;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

/// Whether a connection to `host` may reach a socket bound to `bound`.
bool reaches(std::string_view host, std::string_view bound) {
  if (host == bound) return true;
  if (!is_loopback(host)) return false;
  if (bound == "0.0.0.0" || bound == "::") return true;
  return host == "localhost" && is_loopback(bound);
}

}  // namespace

std::string ListeningAddress::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::vector<ListeningAddress> listeners_of(const std::vector<pid_t>& pids,
                                           const std::filesystem::path& root) {
  std::set<ListeningAddress> found;
  std::optional<std::string> network;
  SocketTable table;
  for (const pid_t pid : pids) {
    const ProcDirectory process(root, pid);
    // One table serves all that share a network namespace, as a tree nearly always does.
    if (const auto of_process = process.read_link("ns/net"); !network || of_process != network) {
      network = of_process.value_or("");
      table = tcp_table(process);
    }
    for (const auto inode : socket_inodes(process)) {
      const auto socket = table.find(inode);
      if (socket == table.end() || socket->second.state != "listen") continue;
      if (const auto listener = listener_at(socket->second.local)) found.insert(*listener);
    }
  }
  return {found.begin(), found.end()};
}

ListenerOwner owner_of_listener(const std::string& host, std::uint16_t port,
                                const std::vector<pid_t>& subject, const std::filesystem::path& root) {
  std::set<std::uint64_t> inodes;
  SocketTable table;
  for (const char* family : {"tcp", "tcp6"}) {
    const auto text = read_whole_file(root / "self" / "net" / family, kTcpTableLimit);
    if (text) parse_net_inet(*text, family, table);
  }
  for (const auto& [inode, socket] : table) {
    const auto listener = socket.state == "listen" ? listener_at(socket.local) : std::nullopt;
    if (listener && listener->port == port && reaches(host, listener->host)) inodes.insert(inode);
  }
  using Kind = ListenerOwner::Kind;
  if (inodes.empty()) return {is_loopback(host) ? Kind::nobody : Kind::remote, 0, {}};

  for (const pid_t pid : subject) {
    const ProcDirectory process(root, pid);
    if (!holds_one(process, inodes)) continue;
    const auto stat = process.read_file("stat");
    const auto parsed = stat ? parse_stat(*stat) : std::nullopt;
    return {Kind::subject, pid, parsed ? parsed->comm : ""};
  }
  for (const auto& [pid, stat] : list_processes(root)) {
    if (holds_one(ProcDirectory(root, pid), inodes)) return {Kind::other, pid, stat.comm};
  }
  return {Kind::hidden, 0, {}};
}

std::vector<pid_t> tree_of(pid_t subject, const std::filesystem::path& root) {
  auto tree = members_of_tree(list_processes(root), subject, {});
  tree.insert(tree.begin(), subject);
  return tree;
}

}  // namespace leakrig
