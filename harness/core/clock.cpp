#include "harness/core/clock.h"

#include <cmath>

namespace leakrig {
namespace {

Nanos scaled(Nanos duration, double factor) {
  return Nanos{static_cast<Nanos::rep>(std::llround(static_cast<double>(duration.count()) * factor))};
}

}  // namespace

double to_seconds(Nanos duration) {
  return std::chrono::duration<double>(duration).count();
}

Nanos from_seconds(double seconds) {
  return Nanos{std::llround(seconds * 1e9)};
}

Nanos SystemClock::monotonic() const {
  return std::chrono::steady_clock::now().time_since_epoch();
}

Nanos SystemClock::wall() const {
  return std::chrono::system_clock::now().time_since_epoch();
}

ScenarioClock::ScenarioClock(const Clock& clock, double scale)
    : clock_(&clock), scale_(scale), monotonic_origin_(clock.monotonic()), epoch_origin_(clock.wall()) {}

Nanos ScenarioClock::now() const {
  return to_scenario(clock_->monotonic() - monotonic_origin_);
}

Nanos ScenarioClock::to_wall(Nanos scenario_duration) const {
  return scaled(scenario_duration, 1.0 / scale_);
}

Nanos ScenarioClock::to_scenario(Nanos wall_duration) const {
  return scaled(wall_duration, scale_);
}

Nanos ScenarioClock::epoch_at(Nanos scenario_time) const {
  return epoch_origin_ + to_wall(scenario_time);
}

Nanos ScenarioClock::scenario_at_epoch(Nanos epoch) const {
  return to_scenario(epoch - epoch_origin_);
}

Nanos ScenarioClock::monotonic_at(Nanos scenario_time) const {
  return monotonic_origin_ + to_wall(scenario_time);
}

}  // namespace leakrig
