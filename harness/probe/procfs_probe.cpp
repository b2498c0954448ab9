#include "harness/probe/procfs_probe.h"

#include <unistd.h>

#include <utility>
#include <vector>

#include "harness/core/sample.h"

namespace leakrig {
namespace {

constexpr std::size_t kTableLimit = 64U << 20U;

}  // namespace

ProcfsProbe::ProcfsProbe(pid_t pid, const Clock& clock, ProcfsOptions options)
    : options_(std::move(options)), clock_(&clock), process_(options_.root, pid) {}

bool ProcfsProbe::read(Readings& values) {
  const auto threads = process_.threads();
  const auto statm = process_.read_file("statm");
  if (!threads || !statm) return false;
  const auto resident = parse_statm_resident(*statm);
  if (!resident || (*resident == 0 && *threads <= 1))
    return false;  // a zombie: no memory, no thread that runs
  values[metric::kThreads] = static_cast<double>(*threads);
  if (*resident > 0) {
    values[metric::kRssBytes] = static_cast<double>(*resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }
  if (const auto fds = process_.fds()) values[metric::kFds] = static_cast<double>(*fds);
  const auto text = process_.read_file("stat");
  if (const auto stat = text ? parse_stat(*text) : std::nullopt) {
    values[metric::kCpuSeconds] = stat->cpu_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  read_sockets(values);
  return true;
}

void ProcfsProbe::read_sockets(Readings& values) {
  std::vector<std::uint64_t> inodes;
  if (!process_.each_fd([&](std::string_view target) {
        if (const auto inode = socket_inode(target)) inodes.push_back(*inode);
      })) {
    return;
  }
  bool refreshed = false;
  double unix_sockets = 0;
  double tcp_sockets = 0;
  for (const auto inode : inodes) {
    if (!sockets_.contains(inode) && !std::exchange(refreshed, true)) refresh_table();
    const auto found = sockets_.find(inode);
    if (found == sockets_.end()) continue;
    if (found->second.family == "unix") ++unix_sockets;
    if (found->second.family.starts_with("tcp")) ++tcp_sockets;
  }
  values[metric::kSockets] = static_cast<double>(inodes.size());
  values[metric::kSocketsUnix] = unix_sockets;
  values[metric::kSocketsTcp] = tcp_sockets;
}

void ProcfsProbe::refresh_table() {
  sockets_.clear();
  if (const auto text = process_.read_file("net/unix", kTableLimit)) parse_net_unix(*text, sockets_);
  for (const char* family : {"tcp", "tcp6", "udp", "udp6"}) {
    const std::string file = std::string{"net/"} + family;
    if (const auto text = process_.read_file(file.c_str(), kTableLimit))
      parse_net_inet(*text, family, sockets_);
  }
}

void ProcfsProbe::read_groups(Groups& groups) {
  auto& threads = groups["thread"];
  process_.each_thread([&](std::string_view comm) { ++threads[std::string{comm}]; });
}

}  // namespace leakrig
