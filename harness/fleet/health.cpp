#include "harness/fleet/health.h"

#include <utility>

namespace leakrig {

const char* to_string(HealthState state) {
  switch (state) {
    case HealthState::none:
      return "none";
    case HealthState::starting:
      return "starting";
    case HealthState::healthy:
      return "healthy";
    case HealthState::unhealthy:
      return "unhealthy";
  }
  return "none";
}

void Health::begin(Nanos now) {
  state_ = HealthState::starting;
  begun_ = now;
  failing_streak_ = 0;
}

void Health::stop() {
  if (state_ != HealthState::none) state_ = HealthState::unhealthy;
}

bool Health::add(const HealthCheck& check, HealthResult result) {
  const auto before = state_;
  const bool is_starting = state_ == HealthState::starting && result.begun - begun_ < check.start_period;
  if (result.exit_code == 0) {
    failing_streak_ = 0;
    state_ = HealthState::healthy;
  } else if (!is_starting) {
    // What fails within the start period does not count.
    if (++failing_streak_ >= check.retries) state_ = HealthState::unhealthy;
  }
  results_.push_back(std::move(result));
  if (results_.size() > kKept) results_.pop_front();
  return state_ != before;
}

Nanos Health::next(const HealthCheck& check, Nanos now) const {
  const bool is_starting = state_ == HealthState::starting && now - begun_ < check.start_period;
  return now + (is_starting ? check.start_interval : check.interval);
}

}  // namespace leakrig
