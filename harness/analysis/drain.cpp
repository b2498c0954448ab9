#include "harness/analysis/drain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/core/metrics.h"
#include "harness/core/run_record.h"

namespace leakrig {
namespace {

constexpr std::size_t kFewestReadings = 3;
/// Of the difference's interval. A leak taken back is a missed one, so the interval is wide.
constexpr double kDrainConfidence = 0.99;

std::vector<double> values_of(const std::vector<Sample>& samples, const std::string& metric) {
  std::vector<double> values;
  for (const auto& sample : samples) {
    if (const auto value = sample.values.find(metric); value != sample.values.end())
      values.push_back(value->second);
  }
  return values;
}

/// The readings of the warm-up's second half, carried on to T+0 at the rate that was found; of a run without
/// a warm-up its first ones.
std::vector<double> level_before(const std::vector<Sample>& samples, const MetricAnalysis& metric) {
  const double half = std::min(0.0, samples.front().due_s) / 2;
  std::vector<double> values;
  for (const auto& sample : samples) {
    const auto value = sample.values.find(metric.name);
    if (value == sample.values.end() || sample.due_s < half) continue;
    if (sample.due_s > 0 && values.size() >= kFewestReadings) break;
    values.push_back(value->second - metric.growth.rate_per_min * sample.t_s / 60);
  }
  return values;
}

std::vector<double> level_after(const std::vector<Sample>& drain, const std::string& metric) {
  auto values = values_of(drain, metric);
  values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values;
}

/// The replicate of which most stayed decides: what leaks in one is a leak.
std::optional<stats::DrainResult> drain_of(const std::vector<const VariantRecord*>& replicates,
                                           const MetricAnalysis& metric) {
  std::optional<stats::DrainResult> most;
  for (const auto* replicate : replicates) {
    if (replicate->drain.empty() || replicate->samples.empty()) return std::nullopt;
    const double minutes = std::max(0.0, replicate->samples.back().t_s) / 60;
    const auto result = stats::drain_test(level_before(replicate->samples, metric),
                                          level_after(replicate->drain, metric.name),
                                          metric.tolerance_per_min * minutes, kDrainConfidence);
    if (!most || result.ci_high > most->ci_high) most = result;
  }
  return most;
}

}  // namespace

bool MetricAnalysis::is_backlog() const {
  return drain && drain->verdict == stats::Drain::drained && growth.ci_low > tolerance_per_min;
}

void judge_drain(const std::vector<const VariantRecord*>& replicates, std::vector<MetricAnalysis>& metrics) {
  for (auto& metric : metrics) {
    if (metric_info(metric.name).is_bytes()) continue;
    metric.drain = drain_of(replicates, metric);
    if (!metric.drain || metric.verdict != MetricVerdict::leak) continue;
    auto& reasons = metric.growth.reasons;
    const double grown = metric.final - metric.start;
    switch (metric.drain->verdict) {
      case stats::Drain::drained:
        metric.growth.verdict = stats::Verdict::stable;
        metric.verdict = MetricVerdict::stable;
        reasons.insert(
            reasons.begin(),
            fmt::format("the {:.0f} that grew were gone once the fleet had stopped: a backlog, not a leak",
                        grown));
        break;
      case stats::Drain::retained:
        reasons.push_back(fmt::format("with the fleet stopped there were still {:.0f} more than at T+0",
                                      metric.drain->remaining));
        break;
      case stats::Drain::inconclusive:
        reasons.push_back(fmt::format(
            "whether the growth stays without load is not clear: {:.0f} are left, {:.0f} to {:.0f}",
            metric.drain->remaining, metric.drain->ci_low, metric.drain->ci_high));
        break;
    }
  }
}

}  // namespace leakrig
