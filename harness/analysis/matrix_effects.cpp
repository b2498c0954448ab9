#include "harness/analysis/matrix_effects.h"

#include <algorithm>

namespace leakrig {
namespace {

/// "p1.l0" of two axes is {"p1", "l0"}; empty for a name that is not of the cross.
std::vector<std::string> values_of(const std::string& variant, std::size_t axes) {
  std::vector<std::string> values{""};
  for (const char c : variant) {
    if (c == '.') {
      values.emplace_back();
    } else {
      values.back() += c;
    }
  }
  return values.size() == axes ? values : std::vector<std::string>{};
}

void take(const VariantAnalysis& variant, const MetricAnalysis& metric, AxisValue& cell) {
  const double rate = metric.growth.rate_per_min;
  cell.lowest_per_min = cell.variants == 0 ? rate : std::min(cell.lowest_per_min, rate);
  cell.highest_per_min = cell.variants == 0 ? rate : std::max(cell.highest_per_min, rate);
  ++cell.variants;
  cell.mean_per_min += (rate - cell.mean_per_min) / static_cast<double>(cell.variants);
  cell.lost_share += (lost_share(variant.costs) - cell.lost_share) / static_cast<double>(cell.variants);
  ++cell.verdicts[to_string(metric.verdict)];
}

}  // namespace

std::vector<AxisValue> matrix_effects(const Analysis& analysis, const std::vector<std::string>& axes) {
  const std::string lead = analysis.lead_metric();
  std::vector<AxisValue> effects;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    for (const auto& variant : analysis.variants) {
      const auto values = values_of(variant.name, axes.size());
      const auto* metric = variant.metric(lead);
      if (values.empty() || metric == nullptr) continue;
      auto cell = std::find_if(effects.begin(), effects.end(), [&](const AxisValue& each) {
        return each.axis == axes[axis] && each.value == values[axis];
      });
      if (cell == effects.end()) {
        effects.emplace_back().axis = axes[axis];
        cell = std::prev(effects.end());
        cell->value = values[axis];
      }
      take(variant, *metric, *cell);
    }
  }
  return effects;
}

}  // namespace leakrig
