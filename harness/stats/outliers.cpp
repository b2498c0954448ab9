#include "harness/stats/outliers.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "harness/stats/robust.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kHalfWindow = 30;
constexpr double kFar = 4;   ///< robust standard deviations that begin a burst
constexpr double kNear = 2;  ///< a burst's neighbours that are this far off belong to it
constexpr double kMostMarked = 0.4;
constexpr std::size_t kFewestReadings = 24;

/// What the readings near one end have beyond the line through `count` of them: Siegel's repeated
/// medians (Biometrika 69, 1982), which half of the readings cannot mislead. `at(k)`: the k-th from that end.
template <typename At>
std::vector<double> off_the_line(std::size_t count, const At& at) {
  std::vector<double> slopes(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<double> to_others;
    for (std::size_t j = 0; j < count; ++j) {
      if (j != i) {
        to_others.push_back((at(j) - at(i)) / (static_cast<double>(j) - static_cast<double>(i)));
      }
    }
    slopes[i] = median(std::move(to_others));
  }
  const double slope = median(std::move(slopes));
  std::vector<double> rest(count);
  for (std::size_t i = 0; i < count; ++i) {
    rest[i] = at(i) - slope * static_cast<double>(i);
  }
  const double level = median(rest);
  std::for_each(rest.begin(), rest.end(), [&](double& x) { x -= level; });
  return rest;
}

}  // namespace

std::vector<bool> find_bursts(const std::vector<double>& values) {
  const std::size_t n = values.size();
  std::vector<bool> marked(n, false);
  if (n < kFewestReadings) {
    return marked;
  }
  std::vector<double> off(n);
  std::vector<double> middle;
  for (std::size_t i = kHalfWindow; i + kHalfWindow < n; ++i) {
    off[i] = values[i] - median({values.begin() + static_cast<std::ptrdiff_t>(i - kHalfWindow),
                                 values.begin() + static_cast<std::ptrdiff_t>(i + kHalfWindow + 1)});
    middle.push_back(off[i]);
  }
  // At the ends there is no middle of a window to compare with: a line through twice as many readings.
  const std::size_t window = std::min(n, 2 * kHalfWindow + 1);
  const auto first = off_the_line(window, [&](std::size_t k) { return values[k]; });
  const auto last = off_the_line(window, [&](std::size_t k) { return values[n - 1 - k]; });
  const std::size_t end = std::min(kHalfWindow, n / 2);
  for (std::size_t k = 0; k < end; ++k) {
    off[k] = first[k];
    off[n - 1 - k] = last[k];
  }
  // Readings keep less close to a line than to the middle of a window that moves with them: what is usual at
  // an end is seen there.
  const double usual = robust_sd(middle.empty() ? off : middle);
  const std::array<double, 2> at_ends{std::max(usual, robust_sd(first)), std::max(usual, robust_sd(last))};
  const auto sd_at = [&](std::size_t k) { return k < end ? at_ends[0] : k + end >= n ? at_ends[1] : usual; };
  // 0 where most readings equal their surroundings: then each that does not sticks out.
  for (std::size_t i = 0; i < n; ++i) {
    if (std::abs(off[i]) > kFar * sd_at(i)) {
      const auto belongs = [&](std::size_t k) {
        return off[k] * off[i] > 0 && std::abs(off[k]) > kNear * sd_at(k);
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
