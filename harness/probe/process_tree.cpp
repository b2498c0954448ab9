#include "harness/probe/process_tree.h"

#include <charconv>
#include <set>
#include <string>

#include "harness/probe/proc_directory.h"

namespace leakrig {

std::map<pid_t, ProcStat> list_processes(const std::filesystem::path& root) {
  std::map<pid_t, ProcStat> processes;
  std::error_code ended;
  for (std::filesystem::directory_iterator entry{root, ended}, none; !ended && entry != none;
       entry.increment(ended)) {
    const std::string name = entry->path().filename().string();
    pid_t pid = 0;
    const auto [parsed, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || parsed != name.data() + name.size()) continue;
    const auto text = read_whole_file(entry->path() / "stat");
    const auto stat = text ? parse_stat(*text) : std::nullopt;
    if (stat && stat->state != 'Z') processes.emplace(pid, *stat);
  }
  return processes;
}

std::vector<pid_t> members_of_tree(const std::map<pid_t, ProcStat>& processes, pid_t subject,
                                   const std::vector<pid_t>& known) {
  std::map<pid_t, std::vector<pid_t>> children;
  std::set<pid_t> members{known.begin(), known.end()};
  for (const auto& [pid, stat] : processes) {
    children[static_cast<pid_t>(stat.parent)].push_back(pid);
    if (stat.group == subject || stat.session == subject) members.insert(pid);
  }
  members.insert(subject);
  std::vector<pid_t> open{members.begin(), members.end()};
  while (!open.empty()) {
    const pid_t pid = open.back();
    open.pop_back();
    for (const pid_t child : children[pid]) {
      if (members.insert(child).second) open.push_back(child);
    }
  }
  std::vector<pid_t> found;
  for (const pid_t pid : members) {
    if (pid != subject && processes.contains(pid)) found.push_back(pid);
  }
  return found;
}

}  // namespace leakrig
