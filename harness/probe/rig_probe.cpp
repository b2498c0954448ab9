#include "harness/probe/rig_probe.h"

#include <unistd.h>

#include <ctime>

#include "harness/core/sample.h"

namespace leakrig {

RigProbe::RigProbe(const std::filesystem::path& root) : self_(root, ::getpid()) {}

bool RigProbe::read(ProbeValues& values) {
  const auto threads = self_.threads();
  const auto fds = self_.fds();
  timespec cpu{};
  if (!threads || !fds || ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu) != 0) return false;
  values[metric::kThreads] = static_cast<double>(*threads);
  values[metric::kFds] = static_cast<double>(*fds);
  values[metric::kCpuSeconds] = static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) * 1e-9;
  return true;
}

}  // namespace leakrig
