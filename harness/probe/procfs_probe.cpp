#include "harness/probe/procfs_probe.h"

#include <utility>
#include <vector>

#include "harness/probe/process_tree.h"

namespace leakrig {
namespace {

bool read_one(ProcessReader& reader, ProbeValues& values, Groups* groups) {
  return groups == nullptr ? reader.read(values) : reader.read_row(values, *groups);
}

}  // namespace

ProcfsProbe::ProcfsProbe(pid_t pid, const Clock& clock, ProcfsOptions options)
    : options_(std::move(options)), clock_(&clock), subject_(pid, clock, options_) {}

bool ProcfsProbe::read_all(ProbeValues& values, Groups* groups) {
  if (options_.children) return read_tree(values, groups);
  return read_one(subject_, values, groups);
}

bool ProcfsProbe::read_tree(ProbeValues& values, Groups* groups) {
  ProbeValues sum;
  Groups parts;
  if (!read_one(subject_, sum, groups == nullptr ? nullptr : &parts)) return false;
  double processes = 1;
  if (groups != nullptr) ++parts["process"][subject_.command()];
  find_children();
  for (auto& [pid, child] : children_) {
    ProbeValues of_child;
    if (!read_one(child.reader, of_child, groups == nullptr ? nullptr : &parts))
      continue;  // it has just ended
    ++processes;
    if (groups != nullptr) ++parts["process"][child.stat.comm];
    // A sum over some of the processes would be no reading of the tree.
    std::erase_if(sum, [&](const auto& reading) { return !of_child.contains(reading.first); });
    for (auto& [metric, value] : sum) value += of_child[metric];
  }
  sum["processes"] = processes;
  values.merge(sum);
  if (groups != nullptr) {
    for (const auto& [kind, counts] : parts) {
      for (const auto& [group, count] : counts) (*groups)[kind][group] += count;
    }
  }
  return true;
}

void ProcfsProbe::find_children() {
  const auto processes = list_processes(options_.root);
  std::erase_if(children_, [&](const auto& child) {
    const auto now = processes.find(child.first);
    return now == processes.end() || now->second.start_ticks != child.second.stat.start_ticks;
  });
  std::vector<pid_t> known;
  for (const auto& child : children_) known.push_back(child.first);
  for (const pid_t pid : members_of_tree(processes, subject_.pid(), known)) {
    const auto& stat = processes.at(pid);
    auto child = children_.find(pid);
    if (child == children_.end()) {
      child = children_.emplace(pid, Child{stat, ProcessReader{pid, *clock_, options_}}).first;
    }
    child->second.stat.comm = stat.comm;  // exec changes it
  }
}

}  // namespace leakrig
