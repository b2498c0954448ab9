#include "harness/stats/growth/findings.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/stats/growth/robust.h"
#include "harness/stats/growth/words.h"

namespace leakrig::stats {

namespace {

constexpr double kProbable = 0.5;
constexpr double kWarmupsLength = 3;  ///< time constants until 95 % of a warm-up is over
constexpr double kCapped = 0.25;      ///< of the earlier rate at most remains after a ceiling

void add_ramp(const Prepared& prepared, const BestFit& best, const GrowthOptions& options, Growth& growth) {
  const Points& points = prepared.points;
  const double until = points.start_minutes + best.shape.at * points.span_minutes;
  const double earlier = points.per_minute(best.rate + best.shape_size / best.shape.at);
  const double later = points.per_minute(best.rate);
  growth.adjusted_for.push_back("another rate until " + say_moment(until, options));
  growth.reasons.push_back(fmt::format(
      "{} until {}, {} from then on, which is what counts", say_rate(earlier, points.span_minutes, options),
      say_moment(until, options), say_rate(later, points.span_minutes, options)));
  if (earlier > options.tolerance_per_min && std::abs(later) < kCapped * earlier) {
    std::vector<double> after;
    for (std::size_t i = 0; i < points.times.size(); ++i) {
      if (points.times[i] >= best.shape.at) {
        after.push_back(points.values[i]);
      }
    }
    growth.plateau_from_minutes = until;
    growth.plateau_level = points.origin + points.scale * median(after);
    growth.reasons.push_back("growth met a ceiling: a capped leak looks like this");
  }
}

}  // namespace

void add_findings(const Prepared& prepared, const GrowthModel& model, const GrowthOptions& options,
                  Growth& growth) {
  const Points& points = prepared.points;
  const BestFit& best = model.best();
  if (model.uses_load()) {
    growth.adjusted_for.emplace_back("containers");
  }
  if (prepared.period) {
    growth.adjusted_for.push_back(fmt::format("cycle of {}{}",
                                              say_period(*prepared.period * points.span_minutes, options),
                                              prepared.period_found ? ", found" : ""));
  }
  if (best.shape.kind == ShapeKind::warmup && model.probability(ShapeKind::warmup) > kProbable) {
    growth.warmup_minutes = std::min(1.0, kWarmupsLength * best.shape.at) * points.span_minutes;
    growth.adjusted_for.emplace_back("warm-up");
    growth.reasons.push_back(fmt::format("a warm-up of {} explains {} of the growth", say_moment(growth.warmup_minutes, options),
                                         say_amount(points.scale * best.shape_size, options)));
  } else if (best.shape.kind == ShapeKind::step && model.probability(ShapeKind::step) > kProbable) {
    const double at = points.start_minutes + best.shape.at * points.span_minutes;
    growth.adjusted_for.push_back("step at " + say_moment(at, options));
    growth.reasons.push_back(fmt::format("one step {} by {} at {}, which is not a rate",
                                         best.shape_size > 0 ? "up" : "down",
                                         say_amount(points.scale * std::abs(best.shape_size), options),
                                         say_moment(at, options)));
  } else if (best.shape.kind == ShapeKind::ramp && model.probability(ShapeKind::ramp) > kProbable) {
    add_ramp(prepared, best, options, growth);
  }
  if (prepared.bursts > 0) {
    growth.adjusted_for.push_back(fmt::format("bursts ({} points left out)", prepared.bursts));
  }
}

}  // namespace leakrig::stats
