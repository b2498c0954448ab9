#pragma once

#include <functional>
#include <utility>

#include "harness/probe/probe.h"

namespace leakrig {

/// Counts that the rig already has in memory: running containers, the fake Docker's connections and streams.
/// The function is called in the sampling thread and keeps Probe::read's contract.
class CallbackProbe final : public Probe {
 public:
  CallbackProbe(std::string name, std::function<bool(ProbeValues&)> read)
      : name_(std::move(name)), read_(std::move(read)) {}

  std::string name() const override { return name_; }
  bool read(ProbeValues& values) override { return read_(values); }

 private:
  std::string name_;
  std::function<bool(ProbeValues&)> read_;
};

}  // namespace leakrig
