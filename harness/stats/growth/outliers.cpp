#include "harness/stats/growth/outliers.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kHalfWindow = 30;
constexpr double kFar = 4;         ///< robust standard deviations that begin a burst
constexpr double kNear = 2;        ///< a burst's neighbours that are this far off belong to it
constexpr double kLeastOff = 0.3;  ///< of the scatter about a line
constexpr double kMostMarked = 0.4;
constexpr std::size_t kFewestForOutliers = 24;
constexpr std::size_t kFewestInPool = 5;
constexpr std::size_t kAround = 5;  ///< readings on each side that tell the level about a burst
constexpr double kBeyondJumps = 2;  ///< large jumps that a burst at an end is off

/// What the first `count` readings, counted from one end, have beyond the line through those of them that are
/// in the pool: Siegel's repeated medians (Biometrika 69, 1982), which half of the readings cannot mislead.
/// `at(k)`, `in_pool(k)`: the k-th from that end.
template <typename At, typename InPool>
std::vector<double> off_the_line(std::size_t count, const At& at, const InPool& in_pool) {
  std::vector<std::size_t> pool;
  for (std::size_t i = 0; i < count; ++i) {
    if (in_pool(i)) pool.push_back(i);
  }
  std::vector<double> slopes;
  for (const std::size_t i : pool) {
    std::vector<double> to_others;
    for (const std::size_t j : pool) {
      if (j != i) to_others.push_back((at(j) - at(i)) / (static_cast<double>(j) - static_cast<double>(i)));
    }
    if (!to_others.empty()) slopes.push_back(median(std::move(to_others)));
  }
  const double slope = slopes.empty() ? 0 : median(std::move(slopes));
  std::vector<double> rest(count);
  std::vector<double> pooled;
  for (std::size_t i = 0; i < count; ++i) {
    rest[i] = at(i) - slope * static_cast<double>(i);
    if (in_pool(i)) pooled.push_back(rest[i]);
  }
  const double level = median(pooled.empty() ? rest : std::move(pooled));
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

/// A change from one reading to the next, where nothing is marked, that few others exceed.
double large_jump(const std::vector<double>& values, const std::vector<bool>& marked) {
  std::vector<double> jumps;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (!marked[i - 1] && !marked[i]) jumps.push_back(std::abs(values[i] - values[i - 1]));
  }
  if (jumps.empty()) return 0;
  const auto place =
      jumps.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(jumps.size() - 1));
  std::nth_element(jumps.begin(), place, jumps.end());
  return *place;
}

/// Unmarks the runs that are no bursts: between two levels, as the treads of a staircase are, or at an end
/// and no further off than steps elsewhere make them; or longer than half a window, as what a restart leaves
/// below the old level is until growth has made it up.
void keep_what_returns(const std::vector<double>& values, const std::vector<double>& off,
                       std::size_t longest, std::vector<bool>& marked) {
  const std::size_t n = values.size();
  const double jump = large_jump(values, marked);
  const std::vector<bool> all = marked;
  // The unmarked readings nearest to a run; without any, what is marked on that side.
  const auto beside = [&](std::size_t at, std::ptrdiff_t step) {
    std::vector<double> near;
    for (auto i = static_cast<std::ptrdiff_t>(at);
         i >= 0 && i < static_cast<std::ptrdiff_t>(n) && near.size() < kAround; i += step) {
      if (!all[static_cast<std::size_t>(i)]) near.push_back(values[static_cast<std::size_t>(i)]);
    }
    return near.empty() ? values[at] : median(std::move(near));
  };
  for (std::size_t begin = 0; begin < n;) {
    std::size_t end = begin;
    while (end < n && all[end] && off[end] * off[begin] > 0) ++end;
    if (end == begin) {
      ++begin;
      continue;
    }
    bool returns = false;
    if (end - begin > longest) {
      returns = false;
    } else if (begin == 0 || end == n) {
      double furthest = 0;
      for (std::size_t i = begin; i < end; ++i) furthest = std::max(furthest, std::abs(off[i]));
      returns = furthest > kBeyondJumps * jump;
    } else {
      const double run = median({values.begin() + static_cast<std::ptrdiff_t>(begin),
                                 values.begin() + static_cast<std::ptrdiff_t>(end)});
      const double before = beside(begin - 1, -1);
      const double after = beside(end, 1);
      returns = (run - before) * (run - after) > 0;
    }
    if (!returns)
      std::fill(marked.begin() + static_cast<std::ptrdiff_t>(begin),
                marked.begin() + static_cast<std::ptrdiff_t>(end), false);
    begin = end;
  }
}

/// What each reading has beyond the middle of those in the pool around it.
std::vector<double> off_the_middle(const std::vector<double>& values, const std::vector<bool>& pool,
                                   std::size_t half) {
  const std::size_t n = values.size();
  std::vector<double> off(n);
  for (std::size_t i = half; i + half < n; ++i) {
    std::vector<double> around;
    for (std::size_t k = i - half; k <= i + half; ++k) {
      if (pool[k]) around.push_back(values[k]);
    }
    if (around.size() < kFewestInPool) {
      around.assign(values.begin() + static_cast<std::ptrdiff_t>(i - half),
                    values.begin() + static_cast<std::ptrdiff_t>(i + half + 1));
    }
    off[i] = values[i] - median(std::move(around));
  }
  // At the ends there is no middle of a window to compare with: a line through twice as many readings.
  const std::size_t window = std::min(n, 2 * half + 1);
  const auto first = off_the_line(
      window, [&](std::size_t k) { return values[k]; }, [&](std::size_t k) { return pool[k]; });
  const auto last = off_the_line(
      window, [&](std::size_t k) { return values[n - 1 - k]; },
      [&](std::size_t k) { return pool[n - 1 - k]; });
  for (std::size_t k = 0; k < half; ++k) {
    off[k] = first[k];
    off[n - 1 - k] = last[k];
  }
  return off;
}

/// Runs of readings that are off by `sd` or more on one side.
std::vector<bool> mark_runs(const std::vector<double>& off, double sd) {
  std::vector<bool> marked(off.size(), false);
  for (std::size_t i = 0; i < off.size(); ++i) {
    if (std::abs(off[i]) <= kFar * sd) continue;
    const auto belongs = [&](std::size_t k) { return off[k] * off[i] > 0 && std::abs(off[k]) > kNear * sd; };
    for (std::size_t k = i + 1; k-- > 0 && belongs(k);) marked[k] = true;
    for (std::size_t k = i; k < off.size() && belongs(k); ++k) marked[k] = true;
  }
  return marked;
}

/// All readings but those that are off on the side where most are. Where bursts crowd, the middle of a window
/// lies in them, and what lies between them is off on the other side.
std::vector<bool> pool_without(const std::vector<bool>& marked, const std::vector<double>& off) {
  std::ptrdiff_t balance = 0;
  for (std::size_t i = 0; i < off.size(); ++i) {
    if (marked[i]) balance += off[i] > 0 ? 1 : -1;
  }
  std::vector<bool> pool(off.size(), true);
  for (std::size_t i = 0; i < off.size(); ++i) pool[i] = !marked[i] || (off[i] > 0) != (balance > 0);
  return pool;
}

}  // namespace

std::vector<bool> find_bursts(const std::vector<double>& values) {
  const std::size_t n = values.size();
  if (n < kFewestForOutliers) return std::vector<bool>(n, false);
  const std::size_t half = std::min(kHalfWindow, n / 6);
  std::vector<double> off = off_the_middle(values, std::vector<bool>(n, true), half);
  std::vector<double> sizes;
  for (std::size_t i = half; i + half < n; ++i) sizes.push_back(std::abs(off[i]));
  // The middle of a window is its median wherever values only rise, as on a staircase: there nothing is off,
  // and what is off a little is no burst.
  const double sd = std::max(1.4826 * median(std::move(sizes)), kLeastOff * scatter_about_line(values));
  std::vector<bool> marked = mark_runs(off, sd);
  off = off_the_middle(values, pool_without(marked, off), half);
  marked = mark_runs(off, sd);
  keep_what_returns(values, off, half, marked);
  if (static_cast<double>(std::count(marked.begin(), marked.end(), true)) >
      kMostMarked * static_cast<double>(n)) {
    marked.assign(n, false);
  }
  return marked;
}

}  // namespace leakrig::stats
