#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/core/clock.h"
#include "harness/probe/group_labels.h"
#include "harness/probe/probe.h"
#include "harness/probe/proc_directory.h"
#include "harness/probe/socket_table.h"

namespace leakrig {

struct ProcfsOptions {
  std::filesystem::path root = "/proc";
  /// Count the process's descendants, and what else is in its process group or session, with it.
  bool children = false;
  /// With `children`: the process whose descendants are the tree, itself left out (Subject::tree_root). What
  /// got away from its parent is then still found. 0: the process itself.
  pid_t tree_root = 0;
  /// Also rss_anon_bytes at every reading, and pss_bytes at rows (which walks the process's memory map).
  bool memory_detail = false;
  /// Counting sockets means asking about each descriptor, about 4 us, and summing the CPU time means asking
  /// about each thread. Up to this many both are read every time. Beyond, they are read at every row, and
  /// between rows as often as takes `dear_share` of the time: the readings between have no such values.
  std::uint64_t dear_from = 2000;
  double dear_share = 0.02;
};

/// Reads one process; ProcfsProbe sums them. Caches what does not change, so a reader belongs to one process.
class ProcessReader {
 public:
  /// `clock` must outlive this.
  ProcessReader(pid_t pid, const Clock& clock, const ProcfsOptions& options);

  pid_t pid() const { return process_.pid(); }
  /// Its name, as its stat has it; empty once it has gone.
  std::string command() const;
  /// As Probe's; false once the process has gone, is a zombie, or never was. A row's counts of threads and
  /// descriptors are of the moment that it was begun: what takes long, such as naming them, comes after.
  bool read(ProbeValues& values);
  bool read_row(ProbeValues& values, Groups& groups);

 private:
  struct Descriptor {
    unsigned number = 0;
    std::uint64_t inode = 0;
  };

  /// The descriptors at one moment: how many, which of them are sockets, and of what kinds they are.
  struct Listing {
    double fds = 0;
    std::vector<Descriptor> sockets;
    GroupCounts kinds;
  };

  bool read_cheap(ProbeValues& values);
  void read_shared_memory(ProbeValues& values) const;
  void read_cpu(ProbeValues& values) const;
  /// Nothing where they are another user's.
  std::optional<Listing> list_fds(bool with_kinds) const;
  void group_threads(const std::vector<pid_t>& threads, Groups& groups);
  void count_sockets(const std::vector<Descriptor>& sockets, ProbeValues& values);
  void learn_families(const std::vector<Descriptor>& sockets);
  void group_sockets(const std::vector<Descriptor>& sockets, Groups& groups);
  /// Reads only the tables of these families, as the tables of TCP cost milliseconds even when they are
  /// empty.
  SocketTable socket_table(const std::set<std::string>& families) const;

  struct ThreadName {
    std::string name;
    std::string wait;   ///< "NAME in futex_wait_queue"; empty: not known
    unsigned seen = 0;  ///< rows at which it was looked up
    bool alive = false;
  };

  const Clock* clock_;
  ProcfsOptions options_;
  ProcDirectory process_;
  bool same_network_ = false;
  Nanos next_dear_{0};
  std::unordered_map<std::uint64_t, std::string> families_;  ///< by inode
  std::unordered_map<pid_t, ThreadName> names_;
  std::size_t next_checked_ = 0;
};

}  // namespace leakrig
