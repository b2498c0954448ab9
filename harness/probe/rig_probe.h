#pragma once

#include <filesystem>

#include "harness/probe/probe.h"
#include "harness/probe/proc_directory.h"

namespace leakrig {

/// This process's own footprint: threads, fds, cpu_s. Its few descriptors are its own expense and are
/// counted.
class RigProbe final : public Probe {
 public:
  explicit RigProbe(const std::filesystem::path& root = "/proc");

  std::string name() const override { return "rig"; }
  bool read(ProbeValues& values) override;

 private:
  ProcDirectory self_;
};

}  // namespace leakrig
