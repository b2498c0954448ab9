#include "harness/probe/process_reader.h"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "harness/core/sample.h"
#include "harness/probe/group_labels.h"
#include "harness/probe/proc_text.h"
#include "harness/probe/unix_diag.h"

namespace leakrig {
namespace {

constexpr std::size_t kTableLimit = std::size_t{64} << 20U;

}  // namespace

ProcessReader::ProcessReader(pid_t pid, const Clock& clock, const ProcfsOptions& options)
    : clock_(&clock), options_(options), process_(options.root, pid) {
  const auto network = process_.read_link("ns/net");
  std::error_code unknown;
  const auto ours = std::filesystem::read_symlink("/proc/self/ns/net", unknown);
  same_network_ = process_.on_procfs() && network && *network == ours;
}

std::string ProcessReader::command() const {
  const auto text = process_.read_file("stat");
  const auto stat = text ? parse_stat(*text) : std::nullopt;
  return stat ? stat->comm : std::string{};
}

bool ProcessReader::read(ProbeValues& values) {
  ProbeValues found;
  if (!read_cheap(found)) return false;
  const bool few =
      found[metric::kThreads] < static_cast<double>(options_.dear_from) &&
      (!found.contains(metric::kFds) || found[metric::kFds] < static_cast<double>(options_.dear_from));
  const Nanos begin = clock_->monotonic();
  if (few || begin >= next_dear_) {
    if (const auto listed = list_fds(false)) count_sockets(listed->sockets, found);
    read_cpu(found);
    const Nanos end = clock_->monotonic();
    next_dear_ = end + from_seconds(to_seconds(end - begin) / options_.dear_share);
  }
  values.merge(found);
  return true;
}

bool ProcessReader::read_row(ProbeValues& values, Groups& groups) {
  ProbeValues found;
  if (!read_cheap(found)) return false;
  // Naming thousands of them takes long, longer yet on a busy machine: counted after that they would be those of a later
  // moment than the sample's, too many of what leaks.
  std::vector<pid_t> threads;
  const bool threads_listed = process_.each_thread([&](pid_t tid) { threads.push_back(tid); });
  const auto listed = list_fds(true);
  read_cpu(found);
  read_shared_memory(found);
  if (listed) {
    found[metric::kFds] = listed->fds;
    listed->kinds.add_to(groups["fd"]);
    count_sockets(listed->sockets, found);
    group_sockets(listed->sockets, groups);
  }
  if (threads_listed) {
    found[metric::kThreads] = static_cast<double>(threads.size());
    group_threads(threads, groups);
  }
  values.merge(found);
  return true;
}

bool ProcessReader::read_cheap(ProbeValues& values) {
  const auto threads = process_.threads();
  const auto statm = process_.read_file("statm");
  const auto resident = statm ? parse_statm_resident(*statm) : std::nullopt;
  if (!threads || !resident) return false;
  if (*resident == 0 && *threads <= 1) return false;  // a zombie: no memory, no thread that runs
  values[metric::kThreads] = static_cast<double>(*threads);
  if (*resident > 0) {
    values[metric::kRssBytes] = static_cast<double>(*resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }
  if (const auto fds = process_.fds()) values[metric::kFds] = static_cast<double>(*fds);
  if (!options_.memory_detail) return true;
  const auto status = process_.read_file("status");
  if (const auto anonymous = status ? parse_kilobytes(*status, "RssAnon") : std::nullopt) {
    values["rss_anon_bytes"] = *anonymous;
  }
  return true;
}

void ProcessReader::read_shared_memory(ProbeValues& values) const {
  const auto rollup = options_.memory_detail ? process_.read_file("smaps_rollup") : std::nullopt;
  if (const auto shared_out = rollup ? parse_kilobytes(*rollup, "Pss") : std::nullopt) {
    values["pss_bytes"] = *shared_out;
  }
}

void ProcessReader::read_cpu(ProbeValues& values) const {
  const auto text = process_.read_file("stat");
  if (const auto stat = text ? parse_stat(*text) : std::nullopt) {
    values[metric::kCpuSeconds] = stat->cpu_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
}

std::optional<ProcessReader::Listing> ProcessReader::list_fds(bool with_kinds) const {
  Listing listing;
  const bool listed = process_.each_fd([&](unsigned number, std::string_view target) {
    ++listing.fds;
    if (const auto inode = socket_inode(target)) listing.sockets.push_back({number, *inode});
    if (with_kinds) listing.kinds.add(fd_kind(target));
  });
  return listed ? std::optional{std::move(listing)} : std::nullopt;
}

void ProcessReader::count_sockets(const std::vector<Descriptor>& sockets, ProbeValues& values) {
  learn_families(sockets);
  double unix_sockets = 0;
  double tcp_sockets = 0;
  for (const auto& socket : sockets) {
    const auto family = families_.find(socket.inode);
    if (family == families_.end()) continue;
    if (family->second == "unix") ++unix_sockets;
    if (family->second.starts_with("tcp")) ++tcp_sockets;
  }
  values[metric::kSockets] = static_cast<double>(sockets.size());
  values[metric::kSocketsUnix] = unix_sockets;
  values[metric::kSocketsTcp] = tcp_sockets;
}

void ProcessReader::learn_families(const std::vector<Descriptor>& sockets) {
  // A socket's family never changes, so only new sockets are looked up; those that have gone are forgotten.
  std::unordered_map<std::uint64_t, std::string> families;
  std::vector<Descriptor> unknown;
  for (const auto& socket : sockets) {
    if (families.contains(socket.inode)) continue;  // a second descriptor of the same socket
    auto known = families_.extract(socket.inode);
    if (known.empty()) {
      unknown.push_back(socket);
    } else {
      families.insert(std::move(known));
    }
  }
  families_ = std::move(families);
  const auto look_up = [&](const SocketTable& table) {
    std::erase_if(unknown, [&](const Descriptor& socket) {
      const auto found = table.find(socket.inode);
      if (found == table.end()) return false;
      families_.emplace(socket.inode, found->second.family);
      return true;
    });
  };
  // Most sockets here are Unix ones; listing those costs as much as asking about a hundred sockets one by
  // one.
  constexpr std::size_t kWorthListing = 100;
  if (unknown.size() > kWorthListing) look_up(socket_table({"unix"}));
  std::erase_if(unknown, [&](const Descriptor& socket) {
    const auto protocol = process_.socket_protocol(socket.number);
    if (protocol) families_.emplace(socket.inode, family_of_protocol(*protocol));
    return protocol.has_value();
  });
  if (!unknown.empty()) look_up(socket_table({"unix", "tcp", "tcp6", "udp", "udp6"}));
}

SocketTable ProcessReader::socket_table(const std::set<std::string>& families) const {
  SocketTable table;
  for (const auto& family : families) {
    if (family == "unix" && same_network_ && list_unix_sockets(table)) continue;
    const auto text = process_.read_file(("net/" + family).c_str(), kTableLimit);
    if (!text) continue;
    if (family == "unix") {
      parse_net_unix(*text, table);
    } else if (family.starts_with("tcp") || family.starts_with("udp")) {
      parse_net_inet(*text, family, table);
    }
  }
  return table;
}

void ProcessReader::group_sockets(const std::vector<Descriptor>& sockets, Groups& groups) {
  std::set<std::string> families;
  for (const auto& known : families_) families.insert(known.second);
  const auto table = socket_table(families);
  std::set<std::string> listening;
  for (const auto& socket : sockets) {
    const auto found = table.find(socket.inode);
    if (found != table.end() && found->second.state == "listen") listening.insert(found->second.local);
  }
  GroupCounts counts;
  for (const auto& socket : sockets) {
    auto found = table.find(socket.inode);
    SocketInfo info;
    if (found != table.end()) {
      info = found->second;
    } else if (const auto family = families_.find(socket.inode); family != families_.end()) {
      info.family = family->second;  // made, but neither bound nor connected: no table lists it
    }
    counts.add(socket_label(info, listening));
  }
  counts.add_to(groups["socket"]);
}

void ProcessReader::group_threads(const std::vector<pid_t>& threads, Groups& groups) {
  // A name costs three system calls, so it is looked up anew only where it may have changed: at a thread's
  // first two rows (it names itself after it was started), and afterwards an eighth of the threads a row, in
  // turn.
  constexpr std::size_t kTurns = 16;
  const std::size_t turn = next_checked_++ % kTurns;
  for (auto& entry : names_) entry.second.alive = false;
  GroupCounts counts;
  GroupCounts waits;
  bool waiting = false;
  for (const pid_t tid : threads) {
    auto& thread = names_[tid];
    if (thread.seen < 2 || static_cast<std::size_t>(tid) % kTurns == turn) {
      if (auto name = process_.thread_name(tid)) {
        thread.name = collapse_numbers(*name);
        const auto wait = process_.thread_wait(tid);
        thread.wait = wait ? thread.name + " in " + *wait : "";
        ++thread.seen;
      }
    }
    thread.alive = true;
    counts.add(thread.name.empty() ? "(ended meanwhile)" : thread.name);
    if (!thread.wait.empty()) waits.add(thread.wait);
    waiting = waiting || !thread.wait.empty();
  }
  std::erase_if(names_, [](const auto& entry) { return !entry.second.alive; });
  counts.add_to(groups["thread"]);
  if (waiting) waits.add_to(groups["thread_wait"]);
}

}  // namespace leakrig
