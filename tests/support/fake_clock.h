#pragma once

#include "harness/core/clock.h"

namespace leakrig {

/// Time as the test says. One thread.
class FakeClock final : public Clock {
 public:
  Nanos monotonic() const override { return monotonic_; }
  Nanos wall() const override { return wall_; }
  void advance(Nanos by) {
    monotonic_ += by;
    wall_ += by;
  }
  void set_wall(Nanos since_epoch) { wall_ = since_epoch; }

 private:
  Nanos monotonic_{std::chrono::hours{1}};
  Nanos wall_{std::chrono::seconds{1'700'000'000}};
};

}  // namespace leakrig
