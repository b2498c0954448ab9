#include "harness/stats/outliers.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/robust.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kHalfWindow = 30;
constexpr double kFar = 4;         ///< robust standard deviations that begin a burst
constexpr double kNear = 2;        ///< a burst's neighbours that are this far off belong to it
constexpr double kLeastOff = 0.3;  ///< of the scatter about a line
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

/// Robust standard deviation about the line through the middles of the first and the last third.
double scatter_about_line(const std::vector<double>& values) {
  const auto third = static_cast<std::ptrdiff_t>(values.size() / 3);
  const double from = median({values.begin(), values.begin() + third});
  const double to = median({values.end() - third, values.end()});
  std::vector<double> rest(values);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    rest[i] -= (to - from) * static_cast<double>(i) / static_cast<double>(2 * third);
  }
  return robust_sd(rest);
}

}  // namespace

std::vector<bool> find_bursts(const std::vector<double>& values) {
  const std::size_t n = values.size();
  std::vector<bool> marked(n, false);
  if (n < kFewestReadings) {
    return marked;
  }
  std::vector<double> off(n);
  std::vector<double> sizes;
  for (std::size_t i = kHalfWindow; i + kHalfWindow < n; ++i) {
    off[i] = values[i] - median({values.begin() + static_cast<std::ptrdiff_t>(i - kHalfWindow),
                                 values.begin() + static_cast<std::ptrdiff_t>(i + kHalfWindow + 1)});
    sizes.push_back(std::abs(off[i]));
  }
  // At the ends there is no middle of a window to compare with: a line through twice as many readings.
  const std::size_t window = std::min(n, 2 * kHalfWindow + 1);
  const auto first = off_the_line(window, [&](std::size_t k) { return values[k]; });
  const auto last = off_the_line(window, [&](std::size_t k) { return values[n - 1 - k]; });
  for (std::size_t k = 0; k < std::min(kHalfWindow, n / 2); ++k) {
    off[k] = first[k];
    off[n - 1 - k] = last[k];
  }
  if (sizes.empty()) {
    std::transform(off.begin(), off.end(), std::back_inserter(sizes), [](double x) { return std::abs(x); });
  }
  // The middle of a window is its median wherever values only rise, as on a staircase: there nothing is off,
  // and what is off a little is no burst.
  const double sd = std::max(1.4826 * median(std::move(sizes)), kLeastOff * scatter_about_line(values));
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
