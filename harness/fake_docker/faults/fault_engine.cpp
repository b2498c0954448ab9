#include "harness/fake_docker/faults/fault_engine.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "harness/fleet/container_identity.h"

namespace leakrig {
namespace {

constexpr std::uint64_t kFaultDraw = 16;  // apart from the fleet's own draws

bool matches_pattern(const std::string& pattern, std::string_view text) {
  return pattern == "*" || ::fnmatch(pattern.c_str(), std::string{text}.c_str(), 0) == 0;
}

}  // namespace

FaultEngine::FaultEngine(std::vector<FaultConfig> faults, std::uint64_t seed, std::optional<Nanos> origin)
    : seed_(seed), origin_(origin) {
  replace(std::move(faults));
}

void FaultEngine::replace(std::vector<FaultConfig> faults) {
  faults_ = std::move(faults);
  drawn_.assign(faults_.size(), {});
}

bool FaultEngine::applies(const FaultConfig& fault, std::string_view endpoint, std::string_view container,
                          Nanos now) const {
  if (fault.kind == FaultKind::restart) return false;
  if (fault.from && (!origin_ || now < *origin_ + *fault.from)) return false;
  // A window that has only an end is open until T+0 is known.
  if (fault.to && origin_ && now >= *origin_ + *fault.to) return false;
  return matches_pattern(fault.endpoint, endpoint) && matches_pattern(fault.container, container);
}

FaultScript FaultEngine::decide(std::string_view endpoint, std::string_view container, Nanos now) {
  FaultScript script;
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const auto& fault = faults_[i];
    if (!applies(fault, endpoint, container, now)) continue;
    if (fault.probability < 1) {
      const auto nth = drawn_[i][std::string{container}]++;
      if (seeded_unit(seed_ ^ name_bits(container), kFaultDraw + i, nth) >= fault.probability) continue;
    }
    script.add(fault);
  }
  for (auto& staged : staged_) {
    if (staged.left == 0 || !matches_pattern(staged.fault.endpoint, endpoint) ||
        !matches_pattern(staged.fault.container, container))
      continue;
    --staged.left;
    ++staged_hits_;
    script.add(staged.fault);
  }
  return script;
}

void FaultEngine::stage(FaultConfig fault, std::uint64_t times) {
  fault.from.reset();
  fault.to.reset();
  staged_.push_back({std::move(fault), times});
}

std::optional<FaultEngine::Restart> FaultEngine::next_restart(Nanos now) const {
  std::optional<Restart> next;
  if (!origin_) return next;
  for (const auto& fault : faults_) {
    if (fault.kind != FaultKind::restart) continue;
    auto at = *origin_ + fault.from.value_or(Nanos{0});
    if (at <= now) {
      if (fault.every <= Nanos{0}) continue;
      at += fault.every * ((now - at) / fault.every + 1);
    }
    if (fault.to && at >= *origin_ + *fault.to) continue;
    if (!next || at < next->at) next = Restart{at, fault.down_for};
  }
  return next;
}

}  // namespace leakrig
