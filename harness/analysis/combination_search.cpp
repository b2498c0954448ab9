#include "harness/analysis/combination_search.h"

#include <algorithm>

namespace leakrig {
namespace {

/// More pairs than this would take longer than removing one at a time.
constexpr std::size_t kMostForPairs = 5;

}  // namespace

std::vector<SwitchFinding> CombinationSearch::run(const Set& candidates, const Try& attempt, Set& smallest) {
  smallest.clear();
  if (candidates.size() < 2) return {};
  std::vector<SwitchFinding> tried;
  const auto try_all = [&](const std::vector<Set>& sets) {
    const auto findings = attempt(sets);
    tried.insert(tried.end(), findings.begin(), findings.end());
    for (std::size_t i = 0; i < std::min(sets.size(), findings.size()); ++i) {
      if (findings[i].effect != Effect::effective) continue;
      if (smallest.empty() || sets[i].size() < smallest.size()) smallest = sets[i];
    }
  };

  std::vector<Set> first;
  if (candidates.size() > 2 && candidates.size() <= kMostForPairs) {
    for (std::size_t a = 0; a < candidates.size(); ++a) {
      for (std::size_t b = a + 1; b < candidates.size(); ++b) first.push_back({candidates[a], candidates[b]});
    }
  }
  first.push_back(candidates);
  try_all(first);

  bool shorter = smallest.size() > 2;
  while (shorter) {
    const Set now = smallest;
    std::vector<Set> without;
    for (std::size_t left_out = 0; left_out < now.size(); ++left_out) {
      Set set = now;
      set.erase(set.begin() + static_cast<std::ptrdiff_t>(left_out));
      without.push_back(std::move(set));
    }
    try_all(without);
    shorter = smallest.size() < now.size() && smallest.size() > 2;
  }
  return tried;
}

}  // namespace leakrig
