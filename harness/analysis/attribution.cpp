#include "harness/analysis/attribution.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace leakrig {
namespace {

/// The metric that a kind of group makes up.
std::string metric_of(const std::string& kind) { return kind + "s"; }

double growth_of(const std::vector<MetricAnalysis>& metrics, const std::string& name) {
  for (const auto& metric : metrics) {
    if (metric.name == name && !metric.table.empty()) return metric.table.back().growth;
  }
  return 0;
}

}  // namespace

std::vector<AttributionRow> attribute_growth(const std::vector<Sample>& samples, const std::vector<MetricAnalysis>& metrics) {
  const Sample* first = nullptr;
  const Sample* last = nullptr;
  for (const auto& sample : samples) {
    if (sample.groups.empty() || sample.due_s < 0) continue;
    if (first == nullptr) first = &sample;
    last = &sample;
  }
  if (first == nullptr || first == last) return {};
  const double minutes = (last->t_s - first->t_s) / 60;

  std::vector<AttributionRow> rows;
  const auto count_in = [](const Sample& sample, const std::string& kind, const std::string& name) {
    const auto group = sample.groups.find(kind);
    if (group == sample.groups.end()) return 0.0;
    const auto found = group->second.find(name);
    return found == group->second.end() ? 0.0 : found->second;
  };
  std::map<std::pair<std::string, std::string>, bool> seen;
  for (const Sample* sample : {first, last}) {
    for (const auto& [kind, groups] : sample->groups) {
      for (const auto& [name, unused] : groups) {
        if (!seen.emplace(std::pair{kind, name}, true).second) continue;
        AttributionRow row{kind, name, count_in(*first, kind, name), 0, 0, 0};
        row.growth = count_in(*last, kind, name) - row.baseline;
        if (row.growth == 0) continue;
        row.rate_per_min = row.growth / minutes;
        const double whole = growth_of(metrics, metric_of(kind));
        row.share = whole == 0 ? 0 : row.growth / whole;
        rows.push_back(row);
      }
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return std::abs(a.growth) > std::abs(b.growth); });
  return rows;
}

std::vector<TwoSided> join_both_sides(const std::vector<MetricAnalysis>& metrics, const std::vector<AttributionRow>& attribution,
                                      const std::vector<OrphanRow>& orphans) {
  std::vector<TwoSided> joined;
  for (const auto& metric : metrics) {
    const double metric_growth = metric.table.empty() ? 0 : metric.table.back().growth;
    if (metric_growth <= 0 || (metric.verdict != MetricVerdict::leak && metric.verdict != MetricVerdict::capped)) continue;
    for (const auto& orphan : orphans) {
      const double open_growth = static_cast<double>(orphan.open_at_end) - static_cast<double>(orphan.open_at_start);
      if (open_growth <= 0 || orphan.count == 0) continue;
      TwoSided side{metric.name, metric_growth, orphan.request, open_growth, {}, 0};
      for (const auto& row : attribution) {
        const double slack = std::max(2.0, 0.1 * open_growth);
        if (metric_of(row.kind) != metric.name || std::abs(row.growth - open_growth) > slack) continue;
        side.groups.push_back(row.name);
        side.explained += row.growth;
      }
      if (!side.groups.empty()) joined.push_back(std::move(side));
      break;  // the request kind with the most orphans; the others cannot be told apart from it by counting
    }
  }
  return joined;
}

}  // namespace leakrig
