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
  bool opened() const { return static_cast<bool>(directory_); }
  /// The process's threads: one system call whatever their number.
  std::optional<std::uint64_t> threads() const;
  /// Its open file descriptors: one system call from Linux 6.2 on; before, as many as it takes to list them.
  std::optional<std::uint64_t> fds() const;
  /// The whole of a small file, such as "statm" or "task/12/comm", at most `limit` bytes of it.
  std::optional<std::string> read_file(const char* relative, std::size_t limit = 1 << 16) const;
  /// Calls back with the target of each descriptor ("socket:[123]", "/var/log/x"); false if they cannot be
  /// listed.
  bool each_fd(const std::function<void(std::string_view target)>& found) const;
  /// Calls back with each thread's name; false if they cannot be listed.
  bool each_thread(const std::function<void(std::string_view comm)>& found) const;

 private:
  pid_t pid_;
  UniqueFd directory_;
  UniqueFd tasks_;
  UniqueFd fds_;
  bool on_procfs_ = false;
};

}  // namespace leakrig
