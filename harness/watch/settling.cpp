#include "harness/watch/settling.h"

#include <unistd.h>

#include <map>

#include "harness/probe/listeners.h"
#include "harness/probe/process_tree.h"
#include "harness/probe/waiter.h"

namespace leakrig {
namespace {

constexpr std::chrono::milliseconds kSettlingLook{100};
constexpr double kRestingCpus = 0.1;

/// Seconds of CPU that the tree has used so far.
double cpu_seconds(Subject& subject) {
  const auto processes = list_processes("/proc");
  double ticks = 0;
  for (const pid_t pid : members_of_tree(processes, subject.tree_root(), {})) {
    const auto process = processes.find(pid);
    if (process != processes.end()) ticks += process->second.cpu_ticks;
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

Settled wait_until_settled(Subject& subject, const std::stop_token& stop, const SettlingLimits& limits) {
  EventWaiter waiter;
  const std::stop_callback wake(stop, [&] { waiter.stop(); });
  const SystemClock clock;
  const Nanos deadline = clock.monotonic() + limits.longest;
  Nanos resting_since = clock.monotonic();
  Nanos looked = resting_since;
  double used = cpu_seconds(subject);
  while (true) {
    if (!waiter.wait_until(looked + kSettlingLook)) return Settled::interrupted;
    if (!subject.alive()) return Settled::ended;
    const Nanos now = clock.monotonic();
    const double used_now = cpu_seconds(subject);
    if (used_now - used > kRestingCpus * to_seconds(now - looked)) resting_since = now;
    used = used_now;
    looked = now;
    const Nanos rested = now - resting_since;
    if (rested >= limits.calm_for && !listeners_of(tree_of(subject.tree_root())).empty())
      return Settled::listening;
    if (rested >= limits.quiet_for) return Settled::quiet;
    if (now >= deadline) return Settled::busy;
  }
}

}  // namespace leakrig
