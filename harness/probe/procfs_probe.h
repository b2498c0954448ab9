#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "harness/core/clock.h"
#include "harness/probe/probe.h"
#include "harness/probe/proc_directory.h"
#include "harness/probe/proc_text.h"

namespace leakrig {

struct ProcfsOptions {
  std::filesystem::path root = "/proc";
};

/// A process through /proc: threads, fds, sockets (all, unix, tcp), rss_bytes, cpu_s; and groups of threads
/// by name, of fds by kind, of sockets by family, state and peer.
class ProcfsProbe final : public Probe {
 public:
  /// A process that is not there, or not ours to look at, reads as a gap. `clock` must outlive this.
  explicit ProcfsProbe(pid_t pid, const Clock& clock, ProcfsOptions options = {});

  std::string name() const override { return "procfs"; }
  bool read(Readings& values) override;
  void read_groups(Groups& groups) override;

 private:
  void read_sockets(Readings& values);
  void refresh_table();

  ProcfsOptions options_;
  const Clock* clock_;
  ProcDirectory process_;
  SocketTable sockets_;
};

}  // namespace leakrig
