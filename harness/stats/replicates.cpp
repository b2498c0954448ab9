#include "harness/stats/replicates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/math/distributions/normal.hpp>

#include "harness/stats/growth/decision.h"
#include "harness/stats/growth/rate_interval.h"
#include "harness/stats/growth/words.h"

namespace leakrig::stats {

namespace {

double upper_normal_quantile(double upper_tail) {
  return boost::math::quantile(boost::math::complement(boost::math::normal(), upper_tail));
}

double below(double deviations) {
  return boost::math::cdf(boost::math::normal(), deviations);
}

/// One replicate's rate with the error on each side of it, as standard errors.
struct Estimate {
  double rate = 0;
  double error = 0;
  double error_below = 0;
  double error_above = 0;
  double minutes = 0;
};

bool has_estimate(const Growth& growth) {
  return growth.verdict != Verdict::inconclusive || growth.standard_error > 0;
}

double lower_quantile(const Growth& growth) {
  return upper_normal_quantile((1 - growth.confidence) * growth.share_below);
}

double upper_quantile(const Growth& growth) {
  return upper_normal_quantile((1 - growth.confidence) * (1 - growth.share_below));
}

/// Readings that never change have no error of their own: as much as the most certain of the others has, or
/// else what one leaked thing in the whole run would have come to.
std::vector<Estimate> estimates_of(const std::vector<Replicate>& replicates, double leaked_unit) {
  double least = std::numeric_limits<double>::infinity();
  for (const auto& replicate : replicates) {
    if (replicate.growth.standard_error > 0) least = std::min(least, replicate.growth.standard_error);
  }
  std::vector<Estimate> estimates;
  for (const auto& [growth, minutes] : replicates) {
    Estimate estimate{growth.rate_per_min, growth.standard_error,
                      (growth.rate_per_min - growth.ci_low) / lower_quantile(growth),
                      (growth.ci_high - growth.rate_per_min) / upper_quantile(growth), minutes};
    if (!(estimate.error > 0)) {
      const double one = leaked_unit > 0 && minutes > 0 ? leaked_unit / minutes : 1e-9;
      estimate.error = std::isfinite(least) ? least : one;
      estimate.error_below = estimate.error_above = estimate.error;
    }
    estimates.push_back(estimate);
  }
  return estimates;
}

/// DerSimonian and Laird's moment estimator; 0 where the rates differ no more than their errors let expect.
double variance_between(const std::vector<Estimate>& estimates) {
  double weights = 0;
  double squares = 0;
  double sum = 0;
  for (const auto& e : estimates) {
    const double weight = 1 / (e.error * e.error);
    weights += weight;
    squares += weight * weight;
    sum += weight * e.rate;
  }
  double q = 0;
  for (const auto& e : estimates) q += std::pow((e.rate - sum / weights) / e.error, 2);
  const double freedom = static_cast<double>(estimates.size()) - 1;
  return std::max(0.0, (q - freedom) / (weights - squares / weights));
}

struct Combined {
  double rate = 0;
  double error = 0;
  double error_below = 0;
  double error_above = 0;
  double error_if_large = 0;  ///< above, if a leak of kLargeLeak tolerances went on
  double between = 0;         ///< standard deviation between replicates
};

Combined combine(const std::vector<Estimate>& estimates, const GrowthOptions& options) {
  const double between = variance_between(estimates);
  double weights = 0;
  for (const auto& e : estimates) weights += 1 / (e.error * e.error + between);
  double rate = 0;
  double variance_below = 0;
  double variance_above = 0;
  double walk = 0;
  for (const auto& e : estimates) {
    const double share = 1 / (e.error * e.error + between) / weights;
    rate += share * e.rate;
    variance_below += share * share * (e.error_below * e.error_below + between);
    variance_above += share * share * (e.error_above * e.error_above + between);
    if (e.minutes > 0)
      walk += share * share * kLargeLeak * options.tolerance_per_min * options.leaked_unit / e.minutes;
  }
  return {rate,
          1 / std::sqrt(weights),
          std::sqrt(variance_below),
          std::sqrt(variance_above),
          std::sqrt(variance_above + walk),
          std::sqrt(between)};
}

bool any(const std::vector<Replicate>& replicates, Verdict verdict) {
  return std::any_of(replicates.begin(), replicates.end(),
                     [&](const Replicate& r) { return r.growth.verdict == verdict; });
}

/// assess_growth's rules, on the combined interval.
void judge(const std::vector<Replicate>& replicates, const Combined& combined, const GrowthOptions& options,
           std::string_view name, Growth& growth) {
  const double tolerance = options.tolerance_per_min;
  const double large_leak = below((combined.rate - kLargeLeak * tolerance) / combined.error_if_large);
  const Verdict verdict =
      verdict_by({growth.ci_low, growth.ci_high, growth.p_no_growth, large_leak}, options);
  const std::string allowed = say_rate(tolerance, growth.span_minutes, options);
  const std::string of = fmt::format("over {} {}", replicates.size(), name);
  if (any(replicates, Verdict::leak) && any(replicates, Verdict::stable)) {
    growth.reasons.push_back(fmt::format("of {} {} one leaks and one is stable", replicates.size(), name));
  } else if (verdict == Verdict::leak) {
    growth.verdict = Verdict::leak;
    growth.reasons.push_back(
        fmt::format("{} the rate's interval lies above the tolerance of {}", of, allowed));
  } else if (verdict == Verdict::stable) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back(
        fmt::format("{} the rate's interval lies below the tolerance of {}", of, allowed));
  } else {
    growth.reasons.push_back(fmt::format(
        "{} the rate's interval is not clear enough of the tolerance of {}", of, allowed));
  }
  if (combined.between > 0)
    growth.reasons.push_back(
        fmt::format("{} differ by {} beyond their own error", name,
                    say_rate(combined.between, growth.span_minutes, options)));
}

}  // namespace

Growth combine_replicates(const std::vector<Replicate>& all, const GrowthOptions& options,
                          std::string_view name) {
  if (all.empty()) throw std::invalid_argument("combine_replicates: no replicates");
  if (all.size() == 1) return all.front().growth;
  std::vector<Replicate> replicates;
  std::copy_if(all.begin(), all.end(), std::back_inserter(replicates),
               [](const Replicate& r) { return has_estimate(r.growth); });
  if (replicates.empty()) return all.front().growth;
  const std::size_t left_out = all.size() - replicates.size();
  const std::string too_short =
      fmt::format("{} of {} {} had too few readings and are left out", left_out, all.size(), name);
  Growth growth = replicates.front().growth;
  if (replicates.size() == 1) {
    growth.reasons.push_back(too_short);
    return growth;
  }

  growth.verdict = Verdict::inconclusive;
  growth.reasons.clear();
  growth.minutes_to_decide.reset();
  growth.points_used = 0;
  bool all_capped = true;
  for (const auto& replicate : replicates) {
    growth.confidence = std::max(growth.confidence, replicate.growth.confidence);
    growth.points_used += replicate.growth.points_used;
    all_capped = all_capped && replicate.growth.plateau_from_minutes.has_value();
  }
  if (!all_capped) {
    growth.plateau_from_minutes.reset();
    growth.plateau_level.reset();
  }
  const Combined combined = combine(estimates_of(replicates, options.leaked_unit), options);
  growth.rate_per_min = combined.rate;
  growth.standard_error = combined.error;
  growth.ci_low = combined.rate - lower_quantile(growth) * combined.error_below;
  growth.ci_high = combined.rate + upper_quantile(growth) * combined.error_above;
  const double shown = upper_normal_quantile((1 - kShownLevel) / 2);
  growth.interval = {combined.rate - shown * combined.error_below,
                     combined.rate + shown * combined.error_above, kShownLevel};
  growth.p_within_tolerance = below((options.tolerance_per_min - combined.rate) / combined.error_below);
  growth.p_no_growth = below(-combined.rate / combined.error_below);
  judge(replicates, combined, options, name, growth);
  if (left_out > 0) growth.reasons.push_back(too_short);
  if (growth.verdict == Verdict::inconclusive) {
    for (const auto& replicate : replicates) {
      if (replicate.growth.minutes_to_decide)
        growth.minutes_to_decide =
            std::max(growth.minutes_to_decide.value_or(0), *replicate.growth.minutes_to_decide);
    }
  }
  return growth;
}

}  // namespace leakrig::stats
