#include "harness/analysis/connection_evidence.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "harness/analysis/analysis.h"

namespace leakrig {
namespace {

constexpr double kFewest = 3;      // more connections: fewer are an accident
constexpr double kOfLargest = 0.1;  // a smaller group is not what grows
constexpr double kMostEach = 6;     // threads, descriptors and the like that a connection takes

/// How far counts may be apart that grow in step, as join_both_sides means it.
double slack(double growth) {
  return std::max(2.0, 0.1 * std::abs(growth));
}

std::string metric_of_kind(const std::string& kind) {
  return kind == "process" ? "processes" : kind + "s";
}

double connection_growth(const std::vector<ConnectionGroup>& groups) {
  return std::accumulate(groups.begin(), groups.end(), 0.0,
                         [](double sum, const ConnectionGroup& group) { return sum + group.growth; });
}

std::vector<ConnectionGroup> growing(const ConnectionCensus& census) {
  std::vector<ConnectionGroup> groups;
  for (const auto& group : census.groups) {
    if (group.growth >= kFewest && group.growth >= kOfLargest * census.groups.front().growth)
      groups.push_back(group);
  }
  return groups;
}

/// The subject's groups that grow with so many connections; where none does, the metric itself, if it grows by a
/// whole number for each.
std::optional<ConnectionEvidence> in_step(const MetricAnalysis& metric, double metric_growth,
                                          const std::vector<AttributionRow>& attribution,
                                          const std::vector<ConnectionGroup>& groups) {
  const double connections = connection_growth(groups);
  ConnectionEvidence evidence{metric.name, metric_growth, groups, connections, {}, 0};
  for (const auto& row : attribution) {
    if (metric_of_kind(row.kind) != metric.name || std::abs(row.growth - connections) > slack(connections))
      continue;
    evidence.parts.push_back(row.name);
    evidence.explained += row.growth;
  }
  if (!evidence.parts.empty()) return evidence;
  const double each = std::round(metric_growth / connections);
  if (each < 1 || each > kMostEach || std::abs(metric_growth - each * connections) > slack(metric_growth))
    return std::nullopt;
  evidence.explained = std::min(metric_growth, each * connections);
  return evidence;
}

}  // namespace

std::vector<ConnectionEvidence> join_connections(const std::vector<MetricAnalysis>& metrics,
                                                 const std::vector<AttributionRow>& attribution,
                                                 const ConnectionCensus& census) {
  std::vector<ConnectionEvidence> joined;
  const auto candidates = growing(census);
  if (candidates.empty()) return joined;
  for (const auto& metric : metrics) {
    const bool grows = metric.verdict == MetricVerdict::leak || metric.verdict == MetricVerdict::capped;
    const double growth = metric.table.empty() ? 0 : metric.table.back().growth;
    if (!grows || growth <= 0 || metric.name.ends_with("_bytes")) continue;
    auto evidence = in_step(metric, growth, attribution, candidates);
    for (auto group = candidates.begin(); !evidence && group != candidates.end() && candidates.size() > 1;
         ++group) {
      evidence = in_step(metric, growth, attribution, {*group});
    }
    if (evidence) joined.push_back(std::move(*evidence));
  }
  return joined;
}

}  // namespace leakrig
