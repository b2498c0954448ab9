#pragma once

#include <functional>
#include <stop_token>
#include <thread>

#include "harness/collector/cadence.h"
#include "harness/collector/named_thread.h"

namespace leakrig {

/// Runs `step` on a thread called `name` (at most 15 characters) every so often, until it is destroyed. What
/// `step` refers to must outlive this: declare it first.
class Periodic {
 public:
  Periodic(const char* name, Nanos every, std::function<void(const std::stop_token&)> step)
      : thread_(named_thread(name, [every, step = std::move(step)](const std::stop_token& stop) {
          const Cadence schedule{std::chrono::steady_clock::now(), every, Nanos{0}};
          while (sleep_until(schedule.next_after(std::chrono::steady_clock::now()), stop)) step(stop);
        })) {}

 private:
  std::jthread thread_;
};

}  // namespace leakrig
