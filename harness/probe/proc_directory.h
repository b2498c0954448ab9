#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/fd.h"

namespace leakrig {

/// One process's directory under /proc, held open: once the process has gone every reading is empty, even
/// when its pid is taken again. Readings are empty too where this user may not look. One thread.
class ProcDirectory {
 public:
  /// `root` is "/proc" but in tests. Never throws: what is not there reads as empty.
  ProcDirectory(const std::filesystem::path& root, pid_t pid);

  pid_t pid() const { return pid_; }
  /// The process's threads: one system call whatever their number.
  std::optional<std::uint64_t> threads() const;
  /// Its open file descriptors: one system call from Linux 6.2 on; before, as many as it takes to list them.
  std::optional<std::uint64_t> fds() const;
  /// The whole of a file, such as "statm" or "net/unix", at most `limit` bytes of it.
  std::optional<std::string> read_file(const char* relative, std::size_t limit = 1 << 16) const;
  /// Where a symbolic link such as "ns/net" points.
  std::optional<std::string> read_link(const char* relative) const;
  /// Calls back with each descriptor's number and target ("socket:[123]", "/var/log/x"), valid during the
  /// call; false if they cannot be listed.
  bool each_fd(const std::function<void(unsigned number, std::string_view target)>& found) const;
  /// Calls back with each thread's id; false if they cannot be listed.
  bool each_thread(const std::function<void(pid_t tid)>& found) const;
  /// A thread's name; nothing once it has ended.
  std::optional<std::string> thread_name(pid_t tid) const;
  /// The function of the kernel that a thread waits in ("futex_wait_queue"); nothing while it runs, once it
  /// has ended, or where the kernel does not tell.
  std::optional<std::string> thread_wait(pid_t tid) const;
  /// The protocol of a descriptor that is a socket, as the kernel names it: "UNIX", "TCP", "TCPv6", "UDP".
  /// Asked of the socket itself, so it needs no table and holds in any network namespace.
  std::optional<std::string> socket_protocol(unsigned number) const;
  /// Whether this is the kernel's own /proc.
  bool on_procfs() const { return on_procfs_; }

 private:
  std::optional<std::string> thread_file(pid_t tid, const char* name) const;

  pid_t pid_;
  UniqueFd directory_;
  UniqueFd tasks_;
  UniqueFd fds_;
  bool on_procfs_ = false;
};

/// The whole of a file, at most `limit` bytes of it; nothing if it cannot be read.
std::optional<std::string> read_whole_file(const std::filesystem::path& file, std::size_t limit = 1 << 16);

}  // namespace leakrig
