#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <vector>

#include "harness/probe/proc_text.h"

namespace leakrig {

/// Every process under `root` ("/proc") with its stat; those that end meanwhile, and zombies, are left out.
std::map<pid_t, ProcStat> list_processes(const std::filesystem::path& root);

/// The pids that belong to `subject` (itself not included): its descendants, what is in the process group or
/// the session that it leads, the `known` members of earlier (they may have lost their parent), and their
/// descendants.
std::vector<pid_t> members_of_tree(const std::map<pid_t, ProcStat>& processes, pid_t subject,
                                   const std::vector<pid_t>& known);

}  // namespace leakrig
