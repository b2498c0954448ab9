#include "harness/stats/growth/verdict.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/math/distributions/normal.hpp>

#include "harness/stats/growth/decision.h"
#include "harness/stats/growth/few_rows.h"
#include "harness/stats/growth/findings.h"
#include "harness/stats/growth/forecast.h"
#include "harness/stats/growth/growth_model.h"
#include "harness/stats/growth/lives.h"
#include "harness/stats/growth/load.h"
#include "harness/stats/growth/prepare.h"
#include "harness/stats/growth/rate_interval.h"
#include "harness/stats/growth/robust.h"
#include "harness/stats/growth/second_opinion.h"
#include "harness/stats/growth/slowing.h"
#include "harness/stats/growth/staircase.h"
#include "harness/stats/growth/steps.h"
#include "harness/stats/growth/teeth.h"
#include "harness/stats/growth/words.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kMostFittedPoints = 450;
/// Random walks drift so far in 2 % of runs, and that many become leaks. Larger: AR(1) and warm-ups gain power.
constexpr double kDoubtOfDrift = 0.02;
/// Of an end that the run is too short to show. Larger: warm-ups gain power, filling pools become leaks.
constexpr double kDoubtOfSettling = 0.03;

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
  if (!std::is_sorted(series.life_starts.begin(), series.life_starts.end())) {
    throw std::invalid_argument("assess_growth: life_starts do not ascend");
  }
  if (!(options.tolerance_per_min >= 0) || !(options.confidence > 0.5) || !(options.confidence < 1) ||
      !(options.share_below > 0) || !(options.share_below < 1) || !(options.leaked_unit >= 0) ||
      !(options.share_of_run > 0) || !(options.share_of_run <= 1) || !(options.doubt_of_growth > 0)) {
    throw std::invalid_argument("assess_growth: an option is out of range");
  }
}

constexpr double kLongMemory = 0.04;      ///< of the run: how long a run decides is not known beyond that
constexpr std::size_t kMostSteps = 6;     ///< more are a leak that comes in lumps
constexpr double kMostOfGrowth = 0.6;    ///< steps that make less leave a rate to be judged
constexpr double kShortestDay = 3 * 60;    ///< minutes: a rhythm's rising part is longer
constexpr const char* kSlows = "the growth slows, as a warm-up's or a filling pool's does: watch longer";

/// The verdict that the model's interval gives, with the reason.
void judge(const RateInterval& interval, const GrowthOptions& options, Growth& growth) {
  const double tolerance = options.tolerance_per_min;
  const std::string allowed = say_rate(tolerance, growth.span_minutes, options);
  const Verdict by_rule =
      verdict_by({growth.ci_low, growth.ci_high, interval.no_growth, interval.large_leak}, options);
  if (by_rule == Verdict::leak && interval.no_drift < kDoubtOfDrift &&
      interval.settling < kDoubtOfSettling) {
    growth.verdict = Verdict::leak;
    growth.reasons.push_back(
        "the rate's interval lies above the tolerance of " + allowed);
  } else if (by_rule == Verdict::stable && interval.hidden_leak < kDoubtOfDrift) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back(
        "the rate's interval lies below the tolerance of " + allowed);
  } else if (growth.ci_low > tolerance && interval.settling >= kDoubtOfSettling) {
    growth.reasons.emplace_back(kSlows);
  } else if (by_rule == Verdict::leak) {
    growth.reasons.emplace_back("the readings wander by themselves about as much as they have grown");
  } else if (growth.ci_low > tolerance) {
    growth.reasons.emplace_back(
        "the rate seems to be above the tolerance, but that anything grows is not certain enough");
  } else if (growth.ci_high < tolerance) {
    growth.reasons.push_back(
        fmt::format("the rate seems to be below the tolerance, but {} is not excluded clearly enough",
                    say_rate(kLargeLeak * tolerance, growth.span_minutes, options)));
  } else {
    growth.reasons.push_back(
        "the rate's interval contains the tolerance of " + allowed);
  }
}

/// Where the two methods contradict each other there is no verdict.
void hear_second_opinion(const SlopeInterval& other, const Points& points, const GrowthOptions& options,
                         Growth& growth) {
  const double tolerance = options.tolerance_per_min;
  const double low = points.per_minute(other.low);
  const double high = points.per_minute(other.high);
  if ((growth.verdict == Verdict::leak && high < tolerance) ||
      (growth.verdict == Verdict::stable && low > tolerance)) {
    growth.reasons.insert(
        growth.reasons.begin(),
        fmt::format("two methods disagree: the model says {}, Theil-Sen says {} to {}", to_string(growth.verdict),
                    say_rate(low, growth.span_minutes, options), say_rate(high, growth.span_minutes, options)));
    growth.verdict = Verdict::inconclusive;
  }
}

/// The largest less the least of the medians of ten blocks.
double swing(const std::vector<double>& values) {
  constexpr std::size_t kSwingBlocks = 10;
  std::vector<double> levels;
  for (std::size_t b = 0; b < kSwingBlocks; ++b) {
    const auto at = [&](std::size_t k) {
      return values.begin() + static_cast<std::ptrdiff_t>(k * values.size() / kSwingBlocks);
    };
    if (at(b) != at(b + 1)) levels.push_back(median({at(b), at(b + 1)}));
  }
  const auto [least, most] = std::minmax_element(levels.begin(), levels.end());
  return *most - *least;
}

/// Over less than two days a day's rhythm can look like growth, and hide it, unless there is far more growth
/// or less movement than one has.
void doubt_days(const Points& points, const ModelData& data, bool cycle_known, Growth& growth) {
  if (growth.verdict == Verdict::inconclusive || cycle_known || points.span_minutes < kShortestDay ||
      points.span_minutes >= kTwoDays) {
    return;
  }
  const bool leak = growth.verdict == Verdict::leak;
  if (leak && growth.ci_low * points.span_minutes > data.start_level * points.scale) return;
  if (!leak && swing(data.plain) * points.scale < growth.tolerance_per_min * points.span_minutes) return;
  growth.verdict = Verdict::inconclusive;
  growth.reasons.insert(growth.reasons.begin(),
                        "over less than two days a day's rhythm can look like this: watch for two, or name a "
                        "cycle");
}

/// Growth under a load that rises with time may be of the load.
Growth doubt_cause(Growth growth) {
  if (growth.verdict != Verdict::leak) return growth;
  growth.verdict = Verdict::inconclusive;
  growth.minutes_to_decide.reset();
  growth.reasons.insert(growth.reasons.begin(),
                        "the load rises evenly with time: what it adds and what leaks cannot be told apart");
  return growth;
}

/// Growth that has slowed is not called a leak.
void doubt_slowing(const ModelData& data, const BestFit& best, Growth& growth) {
  if (growth.verdict != Verdict::leak || !slows(data, best)) return;
  growth.verdict = Verdict::inconclusive;
  growth.reasons.insert(growth.reasons.begin(), kSlows);
}

/// A few steps that make most of the growth are no rate; many are.
void doubt_steps(const ModelData& data, const BestFit& best, Growth& growth) {
  if (growth.verdict != Verdict::leak) return;
  const Steps steps = find_steps(data.plain);
  const double all = best.rate + (best.shape.kind == ShapeKind::step ? best.shape_size : 0);
  if (steps.count < 2 || steps.count > kMostSteps || steps.sum < kMostOfGrowth * all) return;
  growth.verdict = Verdict::inconclusive;
  growth.reasons.insert(growth.reasons.begin(),
                        fmt::format("{} steps make most of the growth: whether they go on is not known",
                                    steps.count));
}

/// Growth that is sure and does not matter is told all the same.
void tell_tolerated_growth(const GrowthOptions& options, Growth& growth) {
  if (growth.verdict != Verdict::stable || !(growth.interval.low > 0)) return;
  const double span = growth.span_minutes;
  growth.reasons.insert(growth.reasons.begin(),
                        fmt::format("grows by {}, within the tolerance of {}",
                                    say_amount(growth.rate_per_min * span, options),
                                    say_amount(options.tolerance_per_min * span, options)));
}

/// Whether the readings themselves say what they are, without a model of noise.
bool judge_by_form(const Series& series, const Points& points, const Teeth& teeth,
                   const GrowthOptions& options, Growth& growth) {
  if (const auto staircase = find_staircase(series)) {
    judge_staircase(*staircase, options, growth);
    return true;
  }
  if (teeth.fall_times.empty() || (teeth.even && !options.collected_heap)) return false;
  judge_teeth(teeth, points, options, growth);
  return true;
}

void decide(const Series& series, const GrowthOptions& options, Growth& growth) {
  Points made = make_points(series, kMostFittedPoints);
  const Teeth teeth = find_teeth(made.times, without_load(made.values, made.containers));
  if (judge_by_form(series, made, teeth, options, growth)) return;
  const Prepared prepared = prepare(series, std::move(made), period_of(teeth));
  const Points& points = prepared.points;
  const double to_scaled = points.span_minutes / points.scale;
  RateQuestion question;
  question.tolerance = options.tolerance_per_min * to_scaled;
  question.leaked_unit = options.leaked_unit / points.scale;
  question.lower_error = (1 - options.confidence) * options.share_below;
  question.upper_error = (1 - options.confidence) * (1 - options.share_below);
  question.whole_run = options.share_of_run >= 1;
  question.by_clock = options.leaks_by_clock;
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
                      options, growth);
  const Verdict before = growth.verdict;
  doubt_slowing(prepared.data, model.best(), growth);
  doubt_steps(prepared.data, model.best(), growth);
  doubt_days(points, prepared.data, series.cycle_minutes.has_value() || !options.per.empty(), growth);
  const bool wanders = (growth.ci_low > options.tolerance_per_min && interval.no_drift >= kDoubtOfDrift) ||
                       interval.hidden_leak >= kDoubtOfDrift;
  const bool doubted = growth.verdict != before || wanders || interval.settling >= kDoubtOfSettling;
  add_findings(prepared, model, options, growth);
  if (growth.verdict == Verdict::inconclusive && !doubted && model.best().correlation_time < kLongMemory) {
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
  growth.interval.level = kShownLevel;
  if (series.values.size() < kFewestRows) {
    growth.reasons.push_back(fmt::format("{} reading{} cannot tell growth from noise: {} are the fewest, {} more",
                                         series.values.size(), series.values.size() == 1 ? "" : "s",
                                         kFewestRows, kFewestRows - series.values.size()));
    return growth;
  }
  const auto [smallest, largest] = std::minmax_element(series.values.begin(), series.values.end());
  if (*smallest == *largest) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back("the readings never change");
    return growth;
  }
  if (is_a_clock(series.minutes, series.containers)) {
    Series alone = series;
    alone.containers.clear();
    return doubt_cause(assess_growth(alone, options));
  }
  if (lives_of(series).size() > 1) return assess_lives(series, options);
  if (series.values.size() < kFewRows) {
    judge_few_rows(series, options, growth);
  } else {
    decide(series, options, growth);
  }
  tell_tolerated_growth(options, growth);
  return growth;
}

}  // namespace leakrig::stats
