#include "harness/analysis/attribution.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "harness/analysis/stack_place.h"
#include "harness/core/go_names.h"
#include "harness/core/metrics.h"
#include "harness/stats/growth/few_points.h"

namespace leakrig {
namespace {

bool grows(const MetricAnalysis& metric) {
  return metric.verdict == MetricVerdict::leak || metric.verdict == MetricVerdict::capped;
}

/// How far counts may be apart that grow in step.
double slack_of(double growth) {
  return std::max(2.0, 0.1 * std::abs(growth));
}

double rate_of_metric(const std::vector<MetricAnalysis>& metrics, const std::string& name) {
  for (const auto& metric : metrics) {
    if (metric.name == name && !metric.table.empty()) return metric.table.back().growth;
  }
  return 0;
}

double count_in(const Sample& sample, const std::string& kind, const std::string& name) {
  const auto groups = sample.groups.find(kind);
  if (groups == sample.groups.end()) return 0;
  const auto found = groups->second.find(name);
  return found == groups->second.end() ? 0 : found->second;
}

/// The first and the last row at which a kind was counted: a probe may have failed at others.
std::map<std::string, std::pair<const Sample*, const Sample*>> ends_by_kind(
    const std::vector<Sample>& samples) {
  std::map<std::string, std::pair<const Sample*, const Sample*>> ends;
  for (const auto& sample : samples) {
    if (sample.due_s < 0) continue;
    for (const auto& [kind, unused] : sample.groups) {
      ends.emplace(kind, std::pair{&sample, &sample}).first->second.second = &sample;
    }
  }
  return ends;
}

/// The interval of a group's rate, as its metric's: from the table rows, where alone groups are counted.
std::optional<std::array<double, 2>> interval_of(const AttributionRow& row,
                                                 const std::vector<Sample>& samples,
                                                 const std::vector<MetricAnalysis>& metrics) {
  constexpr std::size_t kFewest = 4;       // of which a slope's error can be told
  constexpr std::size_t kFewForModel = 8;  // below, the engine has no answer
  stats::Series series;
  for (const auto& sample : samples) {
    if (!sample.groups.contains(row.kind) || sample.due_s < 0) continue;
    series.minutes.push_back(sample.t_s / 60);
    series.values.push_back(count_in(sample, row.kind, row.name));
  }
  const auto metric = std::find_if(metrics.begin(), metrics.end(),
                                   [&](const auto& m) { return m.name == metric_of_group(row.kind); });
  if (series.minutes.size() < kFewest || metric == metrics.end()) return std::nullopt;
  if (series.minutes.size() < kFewForModel) {
    const auto slope = stats::few_points_slope(series.minutes, series.values, 1, metric->growth.confidence);
    return std::array{slope.low, slope.high};
  }
  stats::GrowthOptions options;
  options.tolerance_per_min = metric->tolerance_per_min;
  options.confidence = metric->growth.confidence;
  const stats::Growth growth = stats::assess_growth(series, options);
  return std::array{growth.ci_low, growth.ci_high};
}

/// Where a kind stands: those of growing metrics first, in the order of the metrics.
std::size_t rank_of(const std::string& kind, const std::vector<MetricAnalysis>& metrics) {
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].name == metric_of_group(kind)) return grows(metrics[i]) ? i : metrics.size() + i;
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

/// Kinds that do not count what a metric is made of, but tell something of groups.
bool is_about_groups(const std::string& kind) {
  return kind == "allocation" || kind == "goroutine_wait" || kind.starts_with(metric::kMemberKind);
}

/// The go statement of a stack's label; empty where it is not told.
std::string creator_of(const AttributionRow& row) {
  constexpr const char* kCreated = ", created by ";
  const auto at = row.kind == "goroutine" ? row.name.rfind(kCreated) : std::string::npos;
  return at == std::string::npos ? "" : row.name.substr(at);
}

/// Goroutines of one go statement that moved from one place to another have not grown: rows that grow and rows
/// that shrink become one with what is left, under the name of the largest.
void net_creators(std::vector<AttributionRow>& rows) {
  std::map<std::string, std::pair<double, double>> grown_and_shrunk;
  for (const auto& row : rows) {
    auto& [grown, shrunk] = grown_and_shrunk[creator_of(row)];
    (row.growth > 0 ? grown : shrunk) += row.growth;
  }
  grown_and_shrunk.erase("");
  for (const auto& [creator, sums] : grown_and_shrunk) {
    const auto [grown, shrunk] = sums;
    if (grown == 0 || shrunk == 0) continue;
    const double net = grown + shrunk;
    const auto of_creator = [&, &name = creator](const AttributionRow& row) { return creator_of(row) == name; };
    auto largest = rows.end();
    for (auto row = rows.begin(); row != rows.end(); ++row) {
      const bool same_way = net == 0 || (row->growth > 0) == (net > 0);
      if (of_creator(*row) && same_way &&
          (largest == rows.end() || std::abs(row->growth) > std::abs(largest->growth)))
        largest = row;
    }
    AttributionRow left = *largest;
    const double of_whole = left.growth == 0 ? 0 : net / left.growth;
    left.growth = net;
    left.rate_per_min *= of_whole;
    left.share *= of_whole;
    std::erase_if(rows, of_creator);
    if (net != 0) rows.push_back(std::move(left));
  }
}

/// How long the group has waited, and what of it is proven to wait for ever, at the last row that tells.
void add_what_is_known(AttributionRow& row, const std::vector<Sample>& samples) {
  const auto stack = row.name.substr(0, row.name.rfind(", created by "));
  for (const auto& sample : samples) {
    if (sample.groups.contains("goroutine_wait"))
      row.waited_min = count_in(sample, "goroutine_wait", row.name);
    // The leak profile does not tell the go statement.
    if (sample.groups.contains("goroutineleak"))
      row.proven_blocked = count_in(sample, "goroutineleak", stack);
  }
}

}  // namespace

std::vector<AttributionRow> attribute_growth(const std::vector<Sample>& samples,
                                             const std::vector<MetricAnalysis>& metrics) {
  std::vector<AttributionRow> rows;
  for (const auto& [kind, ends] : ends_by_kind(samples)) {
    const auto [first, last] = ends;
    if (first == last || is_about_groups(kind)) continue;
    const double minutes = (last->t_s - first->t_s) / 60;
    const double whole = rate_of_metric(metrics, metric_of_group(kind));
    std::set<std::string> names;
    for (const Sample* sample : {first, last}) {
      for (const auto& [name, unused] : sample->groups.at(kind)) names.insert(name);
    }
    for (const auto& name : names) {
      AttributionRow row;
      row.kind = kind;
      row.name = name;
      row.start = count_in(*first, kind, name);
      row.growth = count_in(*last, kind, name) - row.start;
      if (row.growth == 0) continue;
      row.rate_per_min = row.growth / minutes;
      row.share = whole == 0 ? 0 : row.growth / whole;
      rows.push_back(std::move(row));
    }
  }
  net_creators(rows);
  sort_rows(rows, metrics);
  constexpr std::size_t kLeading = 8;  // each costs as much as a metric
  for (std::size_t i = 0; i < std::min(kLeading, rows.size()); ++i)
    rows[i].ci = interval_of(rows[i], samples, metrics);
  for (auto& row : rows) {
    if (row.kind == "goroutine") add_what_is_known(row, samples);
    if (row.kind.starts_with("goroutine")) take_place(row);
  }
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
        if (metric_of_group(row.kind) != metric.name ||
            std::abs(row.growth - open_growth) > slack_of(open_growth))
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
