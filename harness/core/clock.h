#pragma once

#include <chrono>

namespace leakrig {

using Nanos = std::chrono::nanoseconds;

/// Seconds as a floating number, for records and reports.
double to_seconds(Nanos duration);
/// Nearest nanosecond; `seconds` must be finite and within +-292 years.
Nanos from_seconds(double seconds);

/// The machine's time. Abstract so that tests script it; any thread may call it.
class Clock {
 public:
  virtual ~Clock() = default;
  /// CLOCK_MONOTONIC.
  virtual Nanos monotonic() const = 0;
  /// Since the Unix epoch.
  virtual Nanos wall() const = 0;
};

class SystemClock final : public Clock {
 public:
  Nanos monotonic() const override;
  Nanos wall() const override;
};

/// Scenario time: wall time x `scale`, from the moment of construction (scenario time 0).
/// Immutable, so any thread may use it. Follows the monotonic clock; a step of the wall clock does not move
/// it.
class ScenarioClock {
 public:
  /// `clock` must outlive this. `scale` > 0: scenario seconds per wall second.
  ScenarioClock(const Clock& clock, double scale);

  Nanos now() const;
  double scale() const { return scale_; }
  /// The wall-clock length of a scenario duration, and back.
  Nanos to_wall(Nanos scenario_duration) const;
  Nanos to_scenario(Nanos wall_duration) const;
  /// Time since the Unix epoch at a scenario time, as it stands in logs, events and `since`; and back.
  Nanos epoch_at(Nanos scenario_time) const;
  Nanos scenario_at_epoch(Nanos epoch) const;
  /// CLOCK_MONOTONIC at a scenario time: what to sleep until.
  Nanos monotonic_at(Nanos scenario_time) const;

 private:
  const Clock* clock_;
  double scale_;
  Nanos monotonic_origin_;
  Nanos epoch_origin_;
};

}  // namespace leakrig
