#include "harness/stats/growth/simple_estimate.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "harness/stats/growth/rate_interval.h"

namespace leakrig::stats {

namespace {

/// No estimate is better than this share of itself: an exact fit must not be infinitely sure.
constexpr double kLeastError = 1e-6;

/// As a standard deviation, what counting and sampling leave open is half its reach.
double scale_of(const SimpleEstimate& e) {
  return std::max(std::hypot(e.error, e.reach / 2), kLeastError * std::abs(e.rate_per_min) + 1e-300);
}

double chance_below(const SimpleEstimate& e, double rate) {
  return boost::math::cdf(boost::math::students_t(e.freedom), (rate - e.rate_per_min) / scale_of(e));
}

double reach_at(const SimpleEstimate& e, double tail) {
  const double t =
      boost::math::quantile(boost::math::complement(boost::math::students_t(e.freedom), tail));
  return std::hypot(t * e.error, e.reach);
}

}  // namespace

void set_rate(const SimpleEstimate& e, const GrowthOptions& options, Growth& growth) {
  const double lower = (1 - options.confidence) * options.share_below;
  const double upper = (1 - options.confidence) * (1 - options.share_below);
  const double shown = reach_at(e, (1 - kShownLevel) / 2);
  growth.rate_per_min = e.rate_per_min;
  growth.ci_low = e.rate_per_min - reach_at(e, lower);
  growth.ci_high = e.rate_per_min + reach_at(e, upper);
  growth.interval = {e.rate_per_min - shown, e.rate_per_min + shown, kShownLevel};
  growth.standard_error = scale_of(e);
  growth.p_within_tolerance = chance_below(e, options.tolerance_per_min);
  growth.p_no_growth = chance_below(e, 0);
}

bool excludes_large_leak(const SimpleEstimate& e, const GrowthOptions& options) {
  return 1 - chance_below(e, kLargeLeak * options.tolerance_per_min) < kDoubtOfStability;
}

}  // namespace leakrig::stats
