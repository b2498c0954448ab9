#include "harness/stats/growth/kendall.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace leakrig::stats {

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) {
      ++last;
    }
    const double rank = static_cast<double>(first + last) / 2 + 1;
    for (std::size_t i = first; i <= last; ++i) {
      result[order[i]] = rank;
    }
    first = last + 1;
  }
  return result;
}

std::vector<double> autocorrelation(const std::vector<double>& values, std::size_t max_lag) {
  const std::size_t n = values.size();
  std::vector<double> result(max_lag + 1, 0.0);
  result[0] = 1;
  if (n == 0) {
    return result;
  }
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(n);
  double variance = 0;
  for (const double value : values) {
    variance += (value - mean) * (value - mean);
  }
  for (std::size_t lag = 1; lag <= max_lag && lag < n && variance > 0; ++lag) {
    double sum = 0;
    for (std::size_t i = lag; i < n; ++i) {
      sum += (values[i] - mean) * (values[i - lag] - mean);
    }
    result[lag] = sum / variance;
  }
  return result;
}

double kendall_variance(const std::vector<double>& residuals) {
  const auto n = static_cast<double>(residuals.size());
  std::vector<double> sorted = residuals;
  std::sort(sorted.begin(), sorted.end());
  double variance = n * (n - 1) * (2 * n + 5);
  for (auto first = sorted.begin(); first != sorted.end();) {
    const auto last = std::upper_bound(first, sorted.end(), *first);
    const auto tied = static_cast<double>(last - first);
    variance -= tied * (tied - 1) * (2 * tied + 5);
    first = last;
  }
  variance = std::max(0.0, variance / 18);
  const std::size_t max_lag = residuals.size() / 4;
  const std::vector<double> rho = autocorrelation(ranks(residuals), max_lag);
  double inflation = 1;
  for (std::size_t lag = 1; lag <= max_lag && rho[lag] > 0; ++lag) {
    const auto k = static_cast<double>(lag);
    inflation += 2 / (n * (n - 1) * (n - 2)) * (n - k) * (n - k - 1) * (n - k - 2) * rho[lag];
  }
  return variance * inflation;
}

}  // namespace leakrig::stats
