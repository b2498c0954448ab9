#include "harness/collector/planted_leak.h"

#include <algorithm>
#include <cmath>

#include "harness/collector/named_thread.h"

namespace leakrig {

std::size_t planted_by(double per_min, std::chrono::duration<double> elapsed) {
  return static_cast<std::size_t>(std::max(0.0, std::floor(elapsed.count() / 60 * per_min + 0.5)));
}

PlantedLeak::PlantedLeak(double per_min)
    : planter_(named_thread("planter", [this, per_min](const std::stop_token& stop) {
        using Steady = std::chrono::steady_clock;
        const auto began = Steady::now();
        // A planter that comes late plants what is due, so that the rate never drifts.
        for (std::size_t next = 1;; ++next) {
          const std::chrono::duration<double> due{(static_cast<double>(next) - 0.5) / per_min * 60};
          if (!sleep_until(began + std::chrono::duration_cast<Steady::duration>(due), stop)) return;
          while (planted_.size() < planted_by(per_min, Steady::now() - began)) {
            planted_.push_back(named_thread(
                "planted", [](const std::stop_token& end) { sleep_until(Steady::time_point::max(), end); }));
          }
        }
      })) {}

}  // namespace leakrig
