#include "harness/analysis/period.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace leakrig {
namespace {

constexpr std::size_t kFewestGaps = 3;
constexpr double kNear = 0.15;     // of the median gap: a loop's own work and a late reading move it that far
constexpr double kRegular = 0.8;   // share of the gaps

std::vector<double> gaps_of(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  return gaps;
}

/// The median gap, where the gaps are regular.
std::optional<Period> regular_gap(std::vector<double> gaps) {
  if (gaps.size() < kFewestGaps) return std::nullopt;
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  const double median = *middle;
  if (median <= 0) return std::nullopt;
  const auto near = std::count_if(gaps.begin(), gaps.end(), [&](double gap) {
    const double times = std::round(gap / median);
    return times >= 1 && std::abs(gap - times * median) <= kNear * median;
  });
  const auto count = static_cast<double>(gaps.size());
  if (static_cast<double>(near) < kRegular * count) return std::nullopt;
  const auto single = std::count_if(gaps.begin(), gaps.end(),
                                    [&](double gap) { return std::abs(gap - median) <= kNear * median; });
  return Period{median, static_cast<double>(single) / count, 0};
}

}  // namespace

std::optional<Period> find_period(const std::vector<Occurrence>& occurrences) {
  std::map<std::string, std::vector<double>> by_container;
  std::vector<double> all;
  for (const auto& occurrence : occurrences) {
    if (!occurrence.container.empty()) by_container[occurrence.container].push_back(occurrence.t_s);
    all.push_back(occurrence.t_s);
  }
  std::vector<double> own_gaps;
  for (const auto& [container, times] : by_container) {
    const auto gaps = gaps_of(times);
    own_gaps.insert(own_gaps.end(), gaps.begin(), gaps.end());
  }
  if (auto own = regular_gap(own_gaps)) {
    own->containers = by_container.size();
    return own;
  }
  return regular_gap(gaps_of(all));
}

}  // namespace leakrig
