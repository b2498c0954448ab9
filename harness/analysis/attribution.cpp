#include "harness/analysis/attribution.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "harness/core/go_names.h"

namespace leakrig {
namespace {

/// The metric that a kind of group makes up. Of "goroutineleak" there is none: it is evidence.
std::string metric_of(const std::string& kind) {
  return kind == "process" ? "processes" : kind + "s";
}

bool grows(const MetricAnalysis& metric) {
  return metric.verdict == MetricVerdict::leak || metric.verdict == MetricVerdict::capped;
}

/// How far counts may be apart that grow in step.
double slack_of(double growth) {
  return std::max(2.0, 0.1 * std::abs(growth));
}

double growth_of(const std::vector<MetricAnalysis>& metrics, const std::string& name) {
  for (const auto& metric : metrics) {
    if (metric.name == name && !metric.table.empty()) return metric.table.back().growth;
  }
  return 0;
}

/// Where a kind stands: those of growing metrics first, in the order of the metrics.
std::size_t rank_of(const std::string& kind, const std::vector<MetricAnalysis>& metrics) {
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].name == metric_of(kind)) return grows(metrics[i]) ? i : metrics.size() + i;
  }
  return 2 * metrics.size();
}

void sort_rows(std::vector<AttributionRow>& rows, const std::vector<MetricAnalysis>& metrics) {
  std::map<std::string, double> largest;
  for (const auto& row : rows) largest[row.kind] = std::max(largest[row.kind], row.growth);
  const auto place = [&](const AttributionRow& row) {
    const double most = largest.at(row.kind);
    const bool in_step = row.growth > 0 && most - row.growth <= slack_of(most);
    const bool names_culprit = in_step && row.kind == "goroutine" && !is_standard_library(row.name);
    return std::tuple{rank_of(row.kind, metrics), row.kind, !names_culprit, -std::abs(row.growth)};
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

}  // namespace

std::vector<AttributionRow> attribute_growth(const std::vector<Sample>& samples,
                                             const std::vector<MetricAnalysis>& metrics) {
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
  sort_rows(rows, metrics);
  return rows;
}

std::vector<TwoSided> join_both_sides(const std::vector<MetricAnalysis>& metrics,
                                      const std::vector<AttributionRow>& attribution,
                                      const std::vector<OrphanRow>& orphans) {
  std::vector<TwoSided> joined;
  for (const auto& metric : metrics) {
    const double metric_growth = metric.table.empty() ? 0 : metric.table.back().growth;
    if (metric_growth <= 0 || !grows(metric)) continue;
    for (const auto& orphan : orphans) {
      const double open_growth =
          static_cast<double>(orphan.open_at_end) - static_cast<double>(orphan.open_at_start);
      if (open_growth <= 0 || orphan.count == 0) continue;
      TwoSided side{metric.name, metric_growth, orphan.request, open_growth, {}, 0};
      for (const auto& row : attribution) {
        if (metric_of(row.kind) != metric.name || std::abs(row.growth - open_growth) > slack_of(open_growth))
          continue;
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
