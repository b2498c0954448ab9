#include "harness/stats/sequential.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "harness/stats/growth/load.h"
#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

constexpr double kEarlyShare = 2.0 / 3;   ///< of a leak's error that looks before the last one have
constexpr std::ptrdiff_t kUnsettled = 5;  ///< readings at the end that a step must outlive

}  // namespace

double early_spent(double error, double share) {
  return error * std::sqrt(std::clamp(share, 0.0, 1.0));
}

GrowthOptions at_open_look(const GrowthOptions& options, int look) {
  if (look < 1) throw std::invalid_argument("at_open_look: no such look");
  const double share = 6 / (std::numbers::pi * std::numbers::pi * look * look);
  GrowthOptions result = options;
  result.confidence = 1 - share * (1 - options.confidence);
  result.doubt_of_growth = share * options.doubt_of_growth;
  return result;
}

GrowthOptions at_look(const GrowthOptions& options, int look, int looks, int first) {
  if (looks < 1 || look < 1 || look > looks || first < 1 || first > looks) {
    throw std::invalid_argument("at_look: no such look");
  }
  GrowthOptions result = options;
  result.share_of_run = static_cast<double>(look) / looks;
  if (first == looks) return result;  // the only one
  const auto part = [&](double error) {
    if (look == looks) return (1 - kEarlyShare) * error;
    const auto spent = [&](int looked) { return early_spent(kEarlyShare * error, looked / (looks - 1.0)); };
    return spent(look) - (look <= first ? 0 : spent(look - 1));
  };
  const double below = (1 - options.confidence) * options.share_below;
  const double above = (1 - options.confidence) - below;
  const double spent_below = part(below);
  const double spent_above = look == looks ? above : above * spent_below / below;
  result.confidence = 1 - spent_below - spent_above;
  result.share_below = spent_below / (spent_below + spent_above);
  result.doubt_of_growth = part(options.doubt_of_growth);
  return result;
}

bool outlasts_warmup(const Series& all, const GrowthOptions& options) {
  const auto zero = std::lower_bound(all.minutes.begin(), all.minutes.end(), 0.0) - all.minutes.begin();
  if (all.values.end() - all.values.begin() - zero < 2 * kUnsettled) return false;
  const std::vector<double> values = without_load(all.values, all.containers);
  const auto begin = values.begin() + zero;
  const double first = median({begin, begin + kUnsettled});
  const double last = median({values.end() - kUnsettled, values.end()});
  if (zero > 0 && last - *std::max_element(values.begin(), begin) <= (last - first) / 2) return false;
  Series settled = all;
  const auto kept = all.minutes.size() - static_cast<std::size_t>(kUnsettled);
  settled.minutes.resize(kept);
  settled.values.resize(kept);
  if (!settled.containers.empty()) settled.containers.resize(kept);
  if (all.cycle_minutes && settled.minutes.back() - settled.minutes.front() < 2 * *all.cycle_minutes) {
    return false;
  }
  return assess_growth(settled, options).verdict == Verdict::leak;
}

}  // namespace leakrig::stats
