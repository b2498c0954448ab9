#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// How a container's health is found out, with dockerd's defaults (moby daemon/health.go).
struct HealthCheck {
  std::vector<std::string> command;
  Nanos interval = std::chrono::seconds{30};
  Nanos timeout = std::chrono::seconds{30};
  Nanos start_period{0};
  Nanos start_interval = std::chrono::seconds{5};
  int retries = 3;
};

struct HealthResult {
  Nanos begun{0};
  Nanos ended{0};
  int exit_code = 0;  ///< -1: it took too long
  std::string output;
};

enum class HealthState { none, starting, healthy, unhealthy };
const char* to_string(HealthState state);

/// What the checks so far have come to.
class Health {
 public:
  static constexpr std::size_t kKept = 5;

  void begin(Nanos now);
  void stop();
  /// True if the state has changed.
  bool add(const HealthCheck& check, HealthResult result);
  HealthState state() const { return state_; }
  int failing_streak() const { return failing_streak_; }
  const std::deque<HealthResult>& results() const { return results_; }
  /// When the next check begins, one having ended at `now`.
  Nanos next(const HealthCheck& check, Nanos now) const;

 private:
  HealthState state_ = HealthState::none;
  Nanos begun_{0};
  int failing_streak_ = 0;
  std::deque<HealthResult> results_;
};

}  // namespace leakrig
