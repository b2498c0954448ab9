#include "harness/analysis/leading_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "harness/core/go_names.h"

namespace leakrig {
namespace {

/// What an opener or a connection is said of: the metric that leads, or the first that connections explain.
const ConnectionEvidence* leading(const VariantAnalysis& variant) {
  const auto& all = variant.connection_evidence;
  const auto of_lead = std::find_if(all.begin(), all.end(), [&](const ConnectionEvidence& evidence) {
    return evidence.metric == variant.lead_metric;
  });
  if (of_lead != all.end()) return &*of_lead;
  return all.empty() ? nullptr : &all.front();
}

/// The goroutines or threads that grow, where no connection explains them.
double leading_growth(const VariantAnalysis& variant) {
  const auto* metric = variant.lead();
  const bool grows = metric != nullptr && metric->verdict == MetricVerdict::leak;
  if (!grows) return 0;
  for (const auto& row : variant.attribution) {
    if (row.kind == "goroutine" && row.growth > 0) return row.growth;
  }
  return 0;
}

AttributionRow opener_row(const Opener& opener, double share, double minutes) {
  AttributionRow row;
  row.kind = "opener";
  row.name = chain_text(opener);
  row.growth = opener.objects;
  row.rate_per_min = minutes > 0 ? opener.objects / minutes : 0;
  row.share = share;
  row.function = opener.chain.front().function;
  row.file = opener.chain.front().file;
  row.line = opener.chain.front().line;
  return row;
}

AttributionRow connection_row(const ConnectionEvidence& evidence, double share, double minutes) {
  const auto& group = evidence.groups.front();
  AttributionRow row;
  row.kind = "connection";
  row.name = group_text(group);
  for (const auto& each : evidence.groups) row.start += each.at_start;
  row.growth = evidence.connections;
  row.rate_per_min = minutes > 0 ? evidence.connections / minutes : 0;
  row.share = share;
  return row;
}

/// A stack of the subject's own that grows with requests in the middle of their answer names their reader.
bool names_reader(const VariantAnalysis& variant, const ConnectionEvidence& evidence) {
  if (variant.attribution.empty() || evidence.groups.front().is_idle) return false;
  const auto& first = variant.attribution.front();
  return first.kind != "goroutine" || !is_standard_library(first.name);
}

}  // namespace

void lead_with_evidence(const std::vector<Sample>& samples, VariantAnalysis& variant) {
  const auto* evidence = leading(variant);
  const double count = evidence != nullptr ? evidence->connections : leading_growth(variant);
  const auto stays = evidence == nullptr               ? Stays::other
                     : evidence->groups.front().is_idle ? Stays::idle_connections
                                                        : Stays::requests;
  variant.openers = find_openers(samples, count, stays);
  const double share =
      evidence == nullptr || evidence->metric_growth <= 0 ? 0 : evidence->explained / evidence->metric_growth;
  auto& rows = variant.attribution;
  if (evidence != nullptr) {
    auto row = connection_row(*evidence, share, variant.minutes);
    const bool second = names_reader(variant, *evidence);
    rows.insert(second ? rows.begin() + 1 : rows.begin(), std::move(row));
  }
  if (!variant.openers.empty())
    rows.insert(rows.begin(), opener_row(variant.openers.front(), share, variant.minutes));
}

}  // namespace leakrig
