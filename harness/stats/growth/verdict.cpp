#include "harness/stats/growth/verdict.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/math/distributions/normal.hpp>

#include "harness/stats/growth/findings.h"
#include "harness/stats/growth/forecast.h"
#include "harness/stats/growth/growth_model.h"
#include "harness/stats/growth/prepare.h"
#include "harness/stats/growth/rate_interval.h"
#include "harness/stats/growth/second_opinion.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kFewestForVerdict = 8;
constexpr std::size_t kMostFittedPoints = 450;

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
  if (!(options.tolerance_per_min >= 0) || !(options.confidence > 0.5) || !(options.confidence < 1) ||
      !(options.share_below > 0) || !(options.share_below < 1) || !(options.leaked_unit >= 0) ||
      !(options.share_of_run > 0) || !(options.share_of_run <= 1) || !(options.doubt_of_growth > 0)) {
    throw std::invalid_argument("assess_growth: an option is out of range");
  }
}

/// The verdict that the model's interval gives, with the reason.
void judge(const RateInterval& interval, const GrowthOptions& options, Growth& growth) {
  const double tolerance = options.tolerance_per_min;
  if (growth.ci_low > tolerance && interval.no_growth < options.doubt_of_growth) {
    growth.verdict = Verdict::leak;
    growth.reasons.push_back(
        fmt::format("the rate's interval lies above the tolerance of {:g}/min", tolerance));
  } else if (growth.ci_high < tolerance && interval.large_leak < kDoubtOfStability) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back(
        fmt::format("the rate's interval lies below the tolerance of {:g}/min", tolerance));
  } else if (growth.ci_low > tolerance) {
    growth.reasons.emplace_back(
        "the rate seems to be above the tolerance, but that anything grows is not certain enough");
  } else if (growth.ci_high < tolerance) {
    growth.reasons.push_back(
        fmt::format("the rate seems to be below the tolerance, but {:g}/min is not excluded clearly enough",
                    kLargeLeak * tolerance));
  } else {
    growth.reasons.push_back(
        fmt::format("the rate's interval contains the tolerance of {:g}/min", tolerance));
  }
}

/// Where the two methods contradict each other there is no verdict.
void hear_second_opinion(const SlopeInterval& other, const Points& points, double tolerance, Growth& growth) {
  const double low = points.per_minute(other.low);
  const double high = points.per_minute(other.high);
  if ((growth.verdict == Verdict::leak && high < tolerance) ||
      (growth.verdict == Verdict::stable && low > tolerance)) {
    growth.reasons.insert(
        growth.reasons.begin(),
        fmt::format("two methods disagree: the model says {}, Theil-Sen says {:.3g} to {:.3g}/min",
                    to_string(growth.verdict), low, high));
    growth.verdict = Verdict::inconclusive;
  }
}

void decide(const Series& series, const GrowthOptions& options, Growth& growth) {
  const Prepared prepared = prepare(series, make_points(series, kMostFittedPoints));
  const Points& points = prepared.points;
  const double to_scaled = points.span_minutes / points.scale;
  RateQuestion question;
  question.tolerance = options.tolerance_per_min * to_scaled;
  question.leaked_unit = options.leaked_unit / points.scale;
  question.lower_error = (1 - options.confidence) * options.share_below;
  question.upper_error = (1 - options.confidence) * (1 - options.share_below);
  question.whole_run = options.share_of_run >= 1;
  GrowthModel model(prepared.data, question.tolerance * question.leaked_unit, -question.tolerance,
                    options.share_of_run);
  const RateInterval interval = rate_interval(model, question);
  growth.rate_per_min = points.per_minute(interval.rate);
  growth.ci_low = points.per_minute(interval.low);
  growth.ci_high = points.per_minute(interval.high);
  growth.interval = {points.per_minute(interval.shown_low), points.per_minute(interval.shown_high),
                     kShownLevel};
  growth.standard_error = points.per_minute(interval.standard_error);
  growth.p_within_tolerance = interval.within_tolerance;
  growth.p_no_growth = interval.no_growth;
  judge(interval, options, growth);
  hear_second_opinion(second_opinion(prepared.data, model.best(), options.confidence), points,
                      options.tolerance_per_min, growth);
  add_findings(prepared, model, options.tolerance_per_min, growth);
  if (growth.verdict == Verdict::inconclusive) {
    const double z =
        boost::math::quantile(boost::math::complement(boost::math::normal(), question.lower_error));
    growth.minutes_to_decide =
        minutes_to_decide({points.span_minutes, growth.rate_per_min, options.tolerance_per_min,
                           points.per_minute(interval.noise_error), options.leaked_unit, z});
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
  growth.share_below = options.share_below;
  growth.doubt_of_growth = options.doubt_of_growth;
  growth.points_used = series.values.size();
  growth.tolerance_per_min = options.tolerance_per_min;
  growth.span_minutes = series.minutes.empty() ? 0 : series.minutes.back() - series.minutes.front();
  if (series.values.size() < kFewestForVerdict) {
    growth.reasons.push_back(
        fmt::format("only {} reading{}", series.values.size(), series.values.size() == 1 ? "" : "s"));
    return growth;
  }
  const auto [smallest, largest] = std::minmax_element(series.values.begin(), series.values.end());
  if (*smallest == *largest) {
    growth.verdict = Verdict::stable;
    growth.interval.level = kShownLevel;
    growth.reasons.push_back("the readings never change");
    return growth;
  }
  decide(series, options, growth);
  return growth;
}

}  // namespace leakrig::stats
