#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/fake_docker/faults/fault_script.h"

namespace leakrig {

/// Decides which faults hit which request. A draw depends on the seed, the fault, the container and how many
/// matching requests for it came before, so clients that race each other do not shift one another's draws.
/// Serving thread only.
class FaultEngine {
 public:
  /// Windows count from `origin`, a scenario time; without one, faults with a window wait for set_origin().
  FaultEngine(std::vector<FaultConfig> faults, std::uint64_t seed, std::optional<Nanos> origin);

  /// What happens to a request that came at `now`.
  FaultScript decide(std::string_view endpoint, std::string_view container, Nanos now);

  void set_origin(Nanos origin) { origin_ = origin; }
  void replace(std::vector<FaultConfig> faults);
  const std::vector<FaultConfig>& faults() const { return faults_; }

  /// One fault more, besides those of replace(), for the next `times` requests that match it. It counts from now on:
  /// its window is not looked at.
  void stage(FaultConfig fault, std::uint64_t times);
  /// Takes back all that were staged.
  void unstage() { staged_.clear(); }
  /// Requests that staged faults have hit, ever.
  std::uint64_t staged_hits() const { return staged_hits_; }

  struct Restart {
    Nanos at{0};
    Nanos down_for{0};
  };
  /// The first restart of the daemon after `now`.
  std::optional<Restart> next_restart(Nanos now) const;

 private:
  struct Staged {
    FaultConfig fault;
    std::uint64_t left = 0;
  };
  bool applies(const FaultConfig& fault, std::string_view endpoint, std::string_view container,
               Nanos now) const;

  std::vector<FaultConfig> faults_;
  std::uint64_t seed_;
  std::optional<Nanos> origin_;
  std::vector<std::unordered_map<std::string, std::uint64_t>> drawn_;  ///< by fault, by container
  std::vector<Staged> staged_;
  std::uint64_t staged_hits_ = 0;
};

}  // namespace leakrig
