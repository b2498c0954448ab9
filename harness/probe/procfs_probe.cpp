#include "harness/probe/procfs_probe.h"

#include <utility>
#include <vector>

#include "harness/core/metrics.h"
#include "harness/probe/process_tree.h"

namespace leakrig {
namespace {

/// Of a tree with more processes what each has is not kept: nobody reads it, and it grows with the record.
constexpr std::size_t kMostMembers = 64;

void add_shares(const std::string& member, const ProbeValues& of_one, Groups& groups) {
  for (const char* name : {metric::kThreads, metric::kSockets, metric::kFds}) {
    const auto value = of_one.find(name);
    if (value != of_one.end()) groups[std::string{metric::kMemberKind} + name][member] = value->second;
  }
}

bool read_one(ProcessReader& reader, ProbeValues& values, Groups* groups) {
  return groups == nullptr ? reader.read(values) : reader.read_row(values, *groups);
}

}  // namespace

ProcfsProbe::ProcfsProbe(pid_t pid, const Clock& clock, ProcfsOptions options)
    : options_(std::move(options)), clock_(&clock), subject_(pid, clock, options_) {}

bool ProcfsProbe::read_all(ProbeValues& values, Groups* groups) {
  if (options_.children) return read_tree(values, groups);
  if (!read_one(subject_, values, groups)) return false;
  if (groups != nullptr) count_left_out(values);
  return true;
}

void ProcfsProbe::count_left_out(ProbeValues& values) const {
  const pid_t root = options_.tree_root > 0 ? options_.tree_root : subject_.pid();
  auto others = members_of_tree(list_processes(options_.root), root, {});
  std::erase(others, subject_.pid());
  if (!others.empty()) values[metric::kUncountedChildren] = static_cast<double>(others.size());
}

bool ProcfsProbe::read_tree(ProbeValues& values, Groups* groups) {
  ProbeValues sum;
  Groups parts;
  Groups shares;
  double processes = 0;
  const auto add = [&](ProcessReader& reader, const std::string& name) {
    ProbeValues of_one;
    if (!read_one(reader, of_one, groups == nullptr ? nullptr : &parts)) return;  // it has just ended
    if (groups != nullptr) {
      ++parts["process"][name];
      if (processes < kMostMembers) add_shares(name + " " + std::to_string(reader.pid()), of_one, shares);
    }
    if (++processes == 1) {
      sum = std::move(of_one);
      return;
    }
    // A sum over some of the processes would be no reading of the tree.
    std::erase_if(sum, [&](const auto& reading) { return !of_one.contains(reading.first); });
    for (auto& [metric, value] : sum) value += of_one[metric];
  };
  add(subject_, subject_.command());
  // Without a root of its own the tree ends with the subject; with one, what the subject left running counts.
  if (processes == 0 && options_.tree_root == 0) return false;
  // Looking for new children walks over every process of the machine: between rows no more often than takes
  // `dear_share` of the time.
  if (const Nanos begin = clock_->monotonic(); groups != nullptr || begin >= next_look_) {
    find_children();
    const Nanos end = clock_->monotonic();
    next_look_ = end + from_seconds(to_seconds(end - begin) / options_.dear_share);
  }
  for (auto& [pid, child] : children_) add(child.reader, child.stat.comm);
  if (processes == 0) return false;
  sum["processes"] = processes;
  values.merge(sum);
  if (groups != nullptr) {
    if (processes > 1 && processes <= kMostMembers) groups->merge(shares);
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
  const pid_t root = options_.tree_root > 0 ? options_.tree_root : subject_.pid();
  for (const pid_t pid : members_of_tree(processes, root, known)) {
    if (pid == subject_.pid()) continue;
    const auto& stat = processes.at(pid);
    auto child = children_.find(pid);
    if (child == children_.end()) {
      child = children_.emplace(pid, Child{stat, ProcessReader{pid, *clock_, options_}}).first;
    }
    child->second.stat.comm = stat.comm;  // exec changes it
  }
}

}  // namespace leakrig
