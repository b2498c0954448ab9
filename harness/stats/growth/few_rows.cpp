#include "harness/stats/growth/few_rows.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "harness/stats/growth/few_points.h"
#include "harness/stats/growth/load.h"
#include "harness/stats/growth/simple_estimate.h"
#include "harness/stats/growth/words.h"

namespace leakrig::stats {

namespace {

constexpr double kDoubtOfWalk = 0.02;    ///< of a walk, as in the model
constexpr double kMostRows = 200;         ///< more are not promised

/// Probability that a random walk with the readings' steps drifts this far up.
double chance_of_walk(const std::vector<double>& x, const std::vector<double>& y, double grain) {
  const double span = x.back() - x.front();
  const double drift = (y.back() - y.front()) / span;
  double variance = 0;  // of a step, per minute
  for (std::size_t i = 1; i < x.size(); ++i) {
    const double gap = x[i] - x[i - 1];
    variance += std::pow(y[i] - y[i - 1] - drift * gap, 2) / gap;
  }
  const double freedom = static_cast<double>(x.size()) - 2;
  const double error = std::hypot(std::sqrt(variance / freedom / span), grain / span);
  if (!(error > 0)) return drift > 0 ? 0 : 1;
  return boost::math::cdf(boost::math::complement(boost::math::students_t(freedom), drift / error));
}

}  // namespace

void judge_few_rows(const Series& series, const GrowthOptions& options, Growth& growth) {
  const std::vector<double> values = without_load(series.values, series.containers);
  const double grain = options.leaked_unit;
  const LeastSquares fit = least_squares(series.minutes, values);
  const SimpleEstimate line{fit.slope, fit.standard_error, static_cast<double>(values.size()) - 2,
                            grain / (series.minutes.back() - series.minutes.front())};
  const double walk = chance_of_walk(series.minutes, values, grain);
  const double tolerance = options.tolerance_per_min;
  set_rate(line, options, growth);
  growth.p_no_growth = std::max(growth.p_no_growth, walk);
  growth.doubt_of_growth = kDoubtOfWalk;
  const std::string allowed = say_rate(tolerance, growth.span_minutes, options);
  const std::string rows = fmt::format("{} rows", series.values.size());
  if (growth.ci_low > tolerance && growth.p_no_growth < kDoubtOfWalk) {
    growth.verdict = Verdict::leak;
    growth.reasons.push_back(fmt::format("the line through {} rises faster than {}", rows, allowed));
    return;
  }
  if (growth.ci_high < tolerance && excludes_large_leak(line, options)) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back(fmt::format("the line through {} rises slower than {}", rows, allowed));
    return;
  }
  // The line's error falls with the power 3/2 of the rows.
  const double distance = std::max(std::abs(line.rate_per_min - tolerance), tolerance / 4);
  const double wanted = std::pow(4 * std::hypot(line.error, line.reach / 2) / distance, 2.0 / 3);
  const double needed =
      std::ceil(static_cast<double>(series.values.size()) * std::max(1.5, wanted));
  growth.reasons.push_back(needed > kMostRows
                               ? fmt::format("{} are too few", rows)
                               : fmt::format("{} are too few, {:g} would likely decide", rows,
                                             std::max<double>(kFewRows, needed)));
}

}  // namespace leakrig::stats
