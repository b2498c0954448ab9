#pragma once

#include "harness/core/clock.h"
#include "harness/core/fd.h"

namespace leakrig {

/// Waits for moments of the monotonic clock, and can be told to stop. Abstract so that tests drive a
/// FakeClock.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Returns true at `monotonic` (at once if it has passed), false as soon as a stop was asked for.
  virtual bool wait_until(Nanos monotonic) = 0;
};

/// The real one, on an eventfd and CLOCK_MONOTONIC.
class EventWaiter final : public Waiter {
 public:
  /// Throws Error when the kernel gives no eventfd.
  EventWaiter();
  bool wait_until(Nanos monotonic) override;
  /// Ends this wait and every later one. Any thread may call it, and a signal handler.
  void stop() noexcept;

 private:
  UniqueFd event_;
};

}  // namespace leakrig
