#include "harness/stats/replicates.h"

#include <algorithm>

#include "harness/analysis/metrics.h"

namespace leakrig {
namespace {

const MetricAnalysis* find(const std::vector<MetricAnalysis>& metrics, const std::string& name) {
  const auto found =
      std::find_if(metrics.begin(), metrics.end(), [&](const auto& m) { return m.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

}  // namespace

std::vector<MetricAnalysis> combine_replicates(const std::vector<std::vector<MetricAnalysis>>& each,
                                               const AnalysisOptions& options, bool lines_lost) {
  if (each.empty()) return {};
  std::vector<MetricAnalysis> combined = each.front();
  if (each.size() == 1) return combined;
  for (auto& metric : combined) {
    std::vector<stats::Replicate> replicates;
    for (std::size_t i = 0; i < each.size(); ++i) {
      const MetricAnalysis* own = find(each[i], metric.name);
      if (own == nullptr) continue;
      const double minutes = static_cast<double>(own->readings) * options.resolution_s / 60;
      replicates.push_back({own->growth, minutes});
      metric.replicates.push_back(
          {static_cast<int>(i) + 1, own->start, own->final, own->growth, own->verdict});
    }
    metric.growth = stats::combine_replicates(replicates, growth_options(metric.name, options));
    metric.verdict = verdict_of(metric, lines_lost);
  }
  correct_for_many(combined);
  return combined;
}

}  // namespace leakrig
