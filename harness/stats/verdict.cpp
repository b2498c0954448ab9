#include "harness/stats/verdict.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/stats/growth_model.h"
#include "harness/stats/prepare.h"
#include "harness/stats/rate_interval.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kFewestReadings = 8;
/// A `leak` must be growth beyond this doubt, whatever the confidence; a `stable` must exclude a large leak
/// beyond that one.
constexpr double kDoubtOfGrowth = 0.0003;
constexpr double kDoubtOfStability = 0.005;
constexpr std::size_t kMostPoints = 450;

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
  const auto [smallest, largest] = std::minmax_element(series.values.begin(), series.values.end());
  if (*smallest == *largest) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back("the readings never change");
    return growth;
  }
  const Prepared prepared = prepare(series, make_points(series, kMostPoints));
  const Points& points = prepared.points;
  const double to_scaled = points.span_minutes / points.scale;
  RateQuestion question;
  question.tolerance = options.tolerance_per_min * to_scaled;
  question.leaked_unit = options.leaked_unit / points.scale;
  question.lower_error = question.upper_error = (1 - options.confidence) / 2;
  GrowthModel model(prepared.data, question.tolerance * question.leaked_unit, -question.tolerance);
  const RateInterval interval = rate_interval(model, question);
  growth.rate_per_min = points.per_minute(interval.rate);
  growth.ci_low = points.per_minute(interval.low);
  growth.ci_high = points.per_minute(interval.high);
  growth.standard_error = points.per_minute(interval.standard_error);
  const double tolerance = options.tolerance_per_min;
  if (growth.ci_low > tolerance && interval.no_growth < kDoubtOfGrowth) {
    growth.verdict = Verdict::leak;
    growth.reasons.push_back(
        fmt::format("the rate's interval lies above the tolerance of {:g}/min", tolerance));
  } else if (growth.ci_high < tolerance && interval.large_leak < kDoubtOfStability) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back(
        fmt::format("the rate's interval lies below the tolerance of {:g}/min", tolerance));
  } else {
    growth.reasons.push_back(
        fmt::format("the rate's interval contains the tolerance of {:g}/min", tolerance));
  }
  return growth;
}

}  // namespace leakrig::stats
