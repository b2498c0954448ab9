#include "harness/analysis/rate_history.h"

#include <algorithm>
#include <tuple>

#include "harness/analysis/lead.h"

namespace leakrig {

const RateHistory* leading_history(const std::vector<RateHistory>& histories) {
  const auto place = [](const RateHistory& each) {
    return std::tuple{-severity_of(each.newest), each.changes.empty(), metric_info(each.metric).rank};
  };
  const auto leads = std::min_element(histories.begin(), histories.end(),
                                      [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return leads == histories.end() ? nullptr : &*leads;
}

}  // namespace leakrig
