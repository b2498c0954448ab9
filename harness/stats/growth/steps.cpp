#include "harness/stats/growth/steps.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kBeside = 8;  ///< readings on each side: steps nearer to each other count as one
constexpr double kStandsOut = 4.5;  ///< robust deviations of the differences: chance shows one in 10^5

}  // namespace

Steps find_steps(const std::vector<double>& values) {
  Steps steps;
  if (values.size() < 6 * kBeside) return steps;
  std::vector<double> differences;
  for (std::size_t i = kBeside; i + kBeside <= values.size(); ++i) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(i);
    differences.push_back(median({at, at + kBeside}) - median({at - kBeside, at}));
  }
  const double usual = median(differences);
  const double least = kStandsOut * robust_sd(differences);
  if (!(least > 0)) return steps;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const double size = differences[i] - usual;
    if (std::abs(size) < least) continue;
    const auto begin = differences.begin() + static_cast<std::ptrdiff_t>(i > kBeside ? i - kBeside : 0);
    const auto end =
        differences.begin() + static_cast<std::ptrdiff_t>(std::min(differences.size(), i + kBeside + 1));
    const auto highest = std::max_element(begin, end, [&](double a, double b) {
      return std::abs(a - usual) < std::abs(b - usual);
    });
    if (highest - differences.begin() != static_cast<std::ptrdiff_t>(i)) continue;
    ++steps.count;
    steps.sum += size;
  }
  return steps;
}

}  // namespace leakrig::stats
