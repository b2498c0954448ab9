#pragma once

#include <sys/types.h>

#include <map>
#include <string>

#include "harness/core/clock.h"
#include "harness/probe/probe.h"
#include "harness/probe/proc_text.h"
#include "harness/probe/process_reader.h"

namespace leakrig {

/// A process through /proc, or with `children` its whole tree summed: threads, fds, rss_bytes, cpu_s, and
/// sockets (all, unix, tcp). At rows: threads by name, fds by kind, sockets by family, state and peer; of a
/// tree also the processes by name, as the metric `processes` and the kind "process", and of several what each has
/// of the counts (the kinds of metric::kMemberKind). Without `children`, rows say how many processes are left out.
class ProcfsProbe final : public Probe {
 public:
  /// A process that is not there reads as a gap, and so does what this user may not see. `clock` outlives
  /// this.
  ProcfsProbe(pid_t pid, const Clock& clock, ProcfsOptions options = {});

  std::string name() const override { return "procfs"; }
  bool read(ProbeValues& values) override { return read_all(values, nullptr); }
  bool read_row(ProbeValues& values, Groups& groups) override { return read_all(values, &groups); }

 private:
  bool read_all(ProbeValues& values, Groups* groups);
  bool read_tree(ProbeValues& values, Groups* groups);
  void count_left_out(ProbeValues& values) const;
  void find_children();

  ProcfsOptions options_;
  const Clock* clock_;
  ProcessReader subject_;
  struct Child {
    ProcStat stat;
    ProcessReader reader;
  };
  std::map<pid_t, Child> children_;
  Nanos next_look_{0};  ///< for new children, between rows
};

}  // namespace leakrig
