#include "harness/stats/outliers.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/robust.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kHalfWindow = 20;
constexpr double kFar = 4;   ///< robust standard deviations that begin a burst
constexpr double kNear = 2;  ///< a burst's neighbours that are this far off belong to it
constexpr double kMostMarked = 0.4;
constexpr std::size_t kFewestReadings = 24;

}  // namespace

std::vector<bool> find_bursts(const std::vector<double>& values) {
  const std::size_t n = values.size();
  std::vector<bool> marked(n, false);
  if (n < kFewestReadings) {
    return marked;
  }
  std::vector<double> off(n);
  std::vector<double> sizes;
  for (std::size_t i = 0; i < n; ++i) {
    // The window shrinks towards the ends but stays symmetrical, so that a slope does not stick out.
    const std::size_t half = std::min({kHalfWindow, i, n - 1 - i});
    off[i] = values[i] - median({values.begin() + static_cast<std::ptrdiff_t>(i - half),
                                 values.begin() + static_cast<std::ptrdiff_t>(i + half + 1)});
    if (half == kHalfWindow) {
      sizes.push_back(std::abs(off[i]));
    }
  }
  const double sd = 1.4826 * median(sizes.empty() ? std::vector<double>{} : sizes);
  // 0 where most readings equal their surroundings: then each that does not sticks out.
  for (std::size_t i = 0; i < n; ++i) {
    if (std::abs(off[i]) > kFar * sd) {
      const auto belongs = [&](std::size_t k) {
        return off[k] * off[i] > 0 && std::abs(off[k]) > kNear * sd;
      };
      for (std::size_t k = i + 1; k-- > 0 && belongs(k);) {
        marked[k] = true;
      }
      for (std::size_t k = i; k < n && belongs(k); ++k) {
        marked[k] = true;
      }
    }
  }
  if (static_cast<double>(std::count(marked.begin(), marked.end(), true)) >
      kMostMarked * static_cast<double>(n)) {
    marked.assign(n, false);
  }
  return marked;
}

}  // namespace leakrig::stats
