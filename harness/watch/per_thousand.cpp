#include "harness/watch/per_thousand.h"

#include "harness/core/run_record.h"
#include "harness/core/sample.h"
#include "harness/stats/growth/verdict.h"

namespace leakrig {
namespace {

constexpr std::size_t kFewest = 8;  // of which the engine estimates a rate

/// The metric over thousands of the counter. Of readings at the same count only the first is taken, as the
/// counter has to ascend.
stats::Series series_over_count(const std::vector<Sample>& samples, const std::string& metric) {
  stats::Series series;
  for (const auto& sample : samples) {
    const auto count = sample.values.find(metric::kLoadCount);
    const auto value = sample.values.find(metric);
    if (sample.due_s < 0 || count == sample.values.end() || value == sample.values.end()) continue;
    const double thousands = count->second / 1000;
    if (!series.minutes.empty() && thousands <= series.minutes.back()) continue;
    series.minutes.push_back(thousands);
    series.values.push_back(value->second);
  }
  return series;
}

}  // namespace

std::vector<PerThousand> growth_per_thousand(const VariantRecord& record, const VariantAnalysis& watched) {
  std::vector<PerThousand> rates;
  for (const auto& metric : watched.metrics) {
    if (!metric.judged) continue;
    const auto series = series_over_count(record.samples, metric.name);
    if (series.minutes.size() < kFewest) continue;
    stats::GrowthOptions options;
    options.confidence = metric.growth.confidence;
    const auto growth = stats::assess_growth(series, options);
    rates.push_back({metric.name, growth.rate_per_min, growth.ci_low, growth.ci_high, growth.confidence});
  }
  return rates;
}

}  // namespace leakrig
