#include "harness/fake_docker/state/exec_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/fleet/container_identity.h"

namespace leakrig {
namespace {

/// Some milliseconds (Process::take_work).
constexpr std::uint64_t kWorkAnAdvance = 8'000'000;

}  // namespace

Exec& ExecStore::add(std::uint64_t seed, std::size_t container) {
  for (auto each = execs_.begin(); execs_.size() >= kMost && each != execs_.end();) {
    each = each->second.running ? std::next(each) : execs_.erase(each);
  }
  Exec exec;
  exec.id = seeded_hex_id(seed, fmt::format("exec/{}", ++made_));
  exec.container = container;
  exec.pid = static_cast<int>(40000 + made_ % 20000);
  const auto id = exec.id;
  return execs_.emplace(id, std::move(exec)).first->second;
}

void ExecStore::forget(std::size_t container) {
  std::erase_if(execs_, [container](const auto& each) { return each.second.container == container; });
}

std::optional<Nanos> ExecStore::next_wake() const {
  std::optional<Nanos> next;
  for (const auto& [id, exec] : execs_) {
    const auto due = exec.process ? exec.process->wakes_at() : std::nullopt;
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

std::vector<std::string> ExecStore::advance(Nanos now) {
  std::vector<std::string> ended;
  std::vector<std::pair<Nanos, Exec*>> due;
  for (auto& [id, exec] : execs_) {
    if (!exec.process) continue;
    const auto wakes = exec.process->wakes_at();
    if (exec.process->ended() || (wakes && *wakes <= now)) due.emplace_back(wakes.value_or(now), &exec);
  }
  // Those that have waited longest first; what is too much for one turn waits for the next.
  std::sort(due.begin(), due.end());
  std::uint64_t work = 0;
  for (auto& [wakes, exec] : due) {
    if (work >= kWorkAnAdvance) break;
    exec->process->run(now);
    exec->process->take_said();
    work += exec->process->take_work();
    if (!exec->process->ended()) continue;
    exec->running = false;
    exec->exit_code = exec->process->exit_code();
    exec->process.reset();
    ended.push_back(exec->id);
  }
  return ended;
}

Exec* ExecStore::find(const std::string& id) {
  const auto found = execs_.find(id);
  return found == execs_.end() ? nullptr : &found->second;
}

}  // namespace leakrig
