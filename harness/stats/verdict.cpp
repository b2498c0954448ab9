#include "harness/stats/verdict.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/stats/kendall.h"
#include "harness/stats/theil_sen.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kFewestReadings = 8;
constexpr std::size_t kMostPoints = 600;

void check(const Series& series, const GrowthOptions& options) {
  if (series.minutes.size() != series.values.size() ||
      (!series.containers.empty() && series.containers.size() != series.values.size())) {
    throw std::invalid_argument("assess_growth: vectors of different lengths");
  }
  for (std::size_t i = 0; i < series.minutes.size(); ++i) {
    if (!std::isfinite(series.minutes[i]) || !std::isfinite(series.values[i]) ||
        (!series.containers.empty() && !std::isfinite(series.containers[i]))) {
      throw std::invalid_argument("assess_growth: a value is not finite");
    }
    if (i > 0 && !(series.minutes[i] > series.minutes[i - 1])) {
      throw std::invalid_argument("assess_growth: times do not ascend");
    }
  }
  if (!(options.tolerance_per_min >= 0) || !(options.confidence > 0.5) || !(options.confidence < 1)) {
    throw std::invalid_argument("assess_growth: an option is out of range");
  }
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::leak:
      return "leak";
    case Verdict::stable:
      return "stable";
    case Verdict::inconclusive:
      break;
  }
  return "inconclusive";
}

Growth assess_growth(const Series& series, const GrowthOptions& options) {
  check(series, options);
  Growth growth;
  growth.confidence = options.confidence;
  growth.points_used = series.values.size();
  if (series.values.size() < kFewestReadings) {
    growth.reasons.push_back(fmt::format("only {} readings", series.values.size()));
    return growth;
  }
  const std::size_t stride = (series.values.size() + kMostPoints - 1) / kMostPoints;
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < series.values.size(); i += stride) {
    x.push_back(series.minutes[i]);
    y.push_back(series.values[i]);
  }
  const double slope = theil_sen(x, y, 0, options.confidence).slope;
  std::vector<double> residuals(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    residuals[i] = y[i] - slope * x[i];
  }
  const SlopeInterval fit = theil_sen(x, y, kendall_variance(residuals), options.confidence);
  growth.rate_per_min = fit.slope;
  growth.ci_low = fit.low;
  growth.ci_high = fit.high;
  if (fit.low > options.tolerance_per_min) {
    growth.verdict = Verdict::leak;
    growth.reasons.push_back(
        fmt::format("the rate's interval lies above the tolerance of {:g}/min", options.tolerance_per_min));
  } else if (fit.high < options.tolerance_per_min) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back(
        fmt::format("the rate's interval lies below the tolerance of {:g}/min", options.tolerance_per_min));
  } else {
    growth.reasons.push_back(
        fmt::format("the rate's interval contains the tolerance of {:g}/min", options.tolerance_per_min));
  }
  return growth;
}

}  // namespace leakrig::stats
