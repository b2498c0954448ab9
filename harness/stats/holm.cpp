#include "harness/stats/holm.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace leakrig::stats {

std::vector<double> holm(const std::vector<double>& p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    largest = std::max(largest, static_cast<double>(order.size() - k) * p_values[order[k]]);
    adjusted[order[k]] = std::min(1.0, largest);
  }
  return adjusted;
}

void correct_for_many(std::vector<Growth>& metrics) {
  std::vector<double> within;
  std::vector<double> growing;
  for (const Growth& growth : metrics) {
    within.push_back(growth.p_within_tolerance);
    growing.push_back(growth.p_no_growth);
  }
  const std::vector<double> within_adjusted = holm(within);
  const std::vector<double> growing_adjusted = holm(growing);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    Growth& growth = metrics[i];
    const bool survives =
        within_adjusted[i] < 1 - growth.confidence && growing_adjusted[i] < growth.doubt_of_growth;
    if (growth.verdict == Verdict::leak && !survives) {
      growth.verdict = Verdict::inconclusive;
      growth.reasons.insert(
          growth.reasons.begin(),
          fmt::format("a leak by itself, but not certain enough as one of {} metrics", metrics.size()));
    }
  }
}

}  // namespace leakrig::stats
