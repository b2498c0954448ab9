#pragma once

namespace leakrig {

struct ContainerSummary;

/// Told by the container monitor which containers it has begun and ceased to collect. Called from its
/// discover thread, one call at a time.
class ContainerObserver {
 public:
  virtual ~ContainerObserver() = default;
  virtual void container_started(const ContainerSummary& container) = 0;
  virtual void container_stopped(const ContainerSummary& container) = 0;
};

}  // namespace leakrig
