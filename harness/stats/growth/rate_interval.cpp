#include "harness/stats/growth/rate_interval.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <vector>

#include <boost/math/distributions/normal.hpp>

namespace leakrig::stats {

namespace {

constexpr double kGridStep = kLargeLeak;
constexpr double kNegligibleBelief = 2e-5;  ///< of the belief's weight
/// How the walk's variance may compare with Poisson's, and how likely that is beforehand.
struct Dispersion {
  int grid_steps;  ///< of the grid of rates, from Poisson's
  double prior;
};
/// Leaks of tickers are more even than Poisson's, and at least as likely. With a tenth of the belief for them the interval
/// of task3-disable-keepalives is three times as wide, and variants that are identical are not told to be. More for
/// what is less even: wider intervals where leaks come in bursts.
using Dispersions = std::array<Dispersion, 5>;
constexpr Dispersions kDispersions = {{{1, 0.01}, {0, 0.3}, {-1, 0.19}, {-3, 0.25}, {-5, 0.25}}};
/// Where a clock was seen that they come by. Within its period they look like chance if many things have phases of
/// their own, so the readings alone would say Poisson.
constexpr Dispersions kByClock = {{{1, 0.001}, {0, 0.009}, {-1, 0.04}, {-3, 0.25}, {-5, 0.7}}};

/// Walks of free size: from one that covers the readings' range down by this factor of its variance each; half
/// of the belief is that there is none. More for none: power, and more walks called leaks.
constexpr int kWalks = 9;
constexpr double kNoWalk = 0.5;
constexpr double kWalkStep = 2.8;

class Judge {
 public:
  Judge(GrowthModel& model, const RateQuestion& question, double anchor)
      : model_(model),
        question_(question),
        anchor_(anchor),
        dispersions_(question.by_clock ? kByClock : kDispersions) {}

  double rate(int k) const { return anchor_ * std::pow(kGridStep, k); }

  /// How much better walks as rate(k) would make them explain the readings than none does: a Bayes factor.
  double evidence(int k) {
    double sum = 0;
    for (const Dispersion& d : dispersions_) {
      const RateBelief& belief = model_.given_walk(rate(k + d.grid_steps) * question_.leaked_unit);
      sum += d.prior * std::exp(std::min(belief.log_evidence - model_.given_walk(0).log_evidence, 300.0));
    }
    return sum;
  }

  /// The belief about the rate with walks as rate(k) would make them.
  std::vector<StudentComponent> belief(int k) {
    std::vector<StudentComponent> all;
    std::vector<double> logs;
    for (const Dispersion& d : dispersions_) {
      const RateBelief& belief = model_.given_walk(rate(k + d.grid_steps) * question_.leaked_unit);
      logs.push_back(std::log(d.prior) + belief.log_evidence);
    }
    const double top = *std::max_element(logs.begin(), logs.end());
    double sum = 0;
    for (std::size_t i = 0; i < logs.size(); ++i) {
      const double weight = std::exp(logs[i] - top);
      if (weight < kNegligibleBelief) {
        continue;
      }
      for (StudentComponent c :
           model_.given_walk(rate(k + dispersions_[i].grid_steps) * question_.leaked_unit).rate) {
        c.weight *= weight;
        if (c.weight > kNegligibleBelief) {
          sum += c.weight;
          all.push_back(c);
        }
      }
    }
    for (StudentComponent& c : all) {
      c.weight /= sum;
    }
    return all;
  }

 private:
  GrowthModel& model_;
  RateQuestion question_;
  double anchor_;
  const Dispersions& dispersions_;
};

/// The likely explanations only: weights squared. In the far tail the unlikely ones decide everything
/// otherwise.
std::vector<StudentComponent> tempered(std::vector<StudentComponent> belief) {
  double sum = 0;
  for (StudentComponent& c : belief) {
    c.weight *= c.weight;
    sum += c.weight;
  }
  for (StudentComponent& c : belief) {
    c.weight /= sum;
  }
  return belief;
}

double normal_quantile(double p) {
  return boost::math::quantile(boost::math::normal(), p);
}

double standard_deviation(const std::vector<StudentComponent>& belief) {
  double mean = 0;
  for (const StudentComponent& c : belief) {
    mean += c.weight * c.mean;
  }
  double variance = 0;
  for (const StudentComponent& c : belief) {
    variance += c.weight * (c.scale * c.scale + (c.mean - mean) * (c.mean - mean));
  }
  return std::sqrt(variance);
}

/// What is left of either answer if the values wander: probabilities averaged over walks of all sizes, evenly
/// in their logarithm, up to one that covers the whole range by itself.
struct UnderWalks {
  double no_drift = 0;    ///< of a rate of 0 or less
  double large_leak = 0;  ///< of a rate of `large` or more
};

UnderWalks under_walks(GrowthModel& model, double large) {
  struct Case {
    double log_weight, no_drift, large_leak;
  };
  std::vector<Case> cases;
  const auto add = [&](double walk, double prior) {
    const RateBelief& belief = model.given_walk(walk);
    const std::vector<StudentComponent> rate = without_late(belief.rate);
    cases.push_back(
        {std::log(prior) + belief.log_evidence, mixture_cdf(rate, 0), 1 - mixture_cdf(rate, large)});
  };
  add(0, kNoWalk);
  double walk = model.range() * model.range();
  for (int k = 0; k < kWalks; ++k, walk /= kWalkStep) add(walk, (1 - kNoWalk) / kWalks);
  const double top = std::max_element(cases.begin(), cases.end(), [](const Case& a, const Case& b) {
                       return a.log_weight < b.log_weight;
                     })->log_weight;
  double weights = 0;
  UnderWalks sum;
  for (const Case& c : cases) {
    const double weight = std::exp(c.log_weight - top);
    weights += weight;
    sum.no_drift += weight * c.no_drift;
    sum.large_leak += weight * c.large_leak;
  }
  return {sum.no_drift / weights, sum.large_leak / weights};
}

/// Probability of an explanation that has hardly bent yet and leaves less than `least`. A pool fills smoothly
/// or by chance, a leak of `rate` by chance: each is tried with the walks that it may have.
double settling(GrowthModel& model, double rate, double least, double leaked_unit) {
  const std::array<double, 3> walks = {0, least * leaked_unit, std::max(rate, least) * leaked_unit};
  double top = -std::numeric_limits<double>::infinity();
  for (const double walk : walks) top = std::max(top, model.given_walk(walk).log_evidence);
  double ends = 0;
  double all = 0;
  for (const double walk : walks) {
    const RateBelief& belief = model.given_walk(walk);
    const double weight = std::exp(belief.log_evidence - top);
    std::vector<StudentComponent> late;
    std::copy_if(belief.rate.begin(), belief.rate.end(), std::back_inserter(late),
                 [](const StudentComponent& c) { return c.late; });
    ends += weight * mixture_cdf(late, least);
    all += weight;
  }
  return ends / all;
}

/// Lets each candidate rate bring its own walk.
void widen_by_walks(GrowthModel& model, const RateQuestion& question, RateInterval& result) {
  const double shown_error = (1 - kShownLevel) / 2;
  Judge judge(model, question, question.tolerance > 0 ? question.tolerance : question.leaked_unit);
  if (question.tolerance > 0) {
    result.within_tolerance = mixture_cdf(without_late(judge.belief(0)), question.tolerance);
  }
  const double large = judge.rate(1);
  result.large_leak = 1 - mixture_cdf(without_late(judge.belief(1)), large);
  struct Bounds {
    double rate, low, middle, high, error, shown_low, shown_high;
  };
  std::vector<double> evidences;
  const auto bounds_at = [&](int k) {
    evidences.push_back(judge.evidence(k));
    const std::vector<StudentComponent> belief = without_late(judge.belief(k));
    return Bounds{judge.rate(k), mixture_quantile(belief, question.lower_error),
                  mixture_quantile(belief, 0.5),
                  mixture_quantile(belief, 1 - question.upper_error),
                  standard_deviation(belief),
                  mixture_quantile(belief, shown_error),
                  mixture_quantile(belief, 1 - shown_error)};
  };
  std::vector<Bounds> grid = {
      {0, result.low, result.rate, result.high, result.standard_error, result.shown_low, result.shown_high}};
  for (int k = -2; k < 12; ++k) {
    grid.push_back(bounds_at(k));
    if (grid.back().rate > std::max(grid.back().high, grid.back().shown_high)) {
      break;
    }
  }
  // That nothing grows is also less likely the better a leak's own walk explains the readings.
  double for_leaks = 0;
  for (const double evidence : evidences) {
    for_leaks += evidence / static_cast<double>(evidences.size());
  }
  // Early in a run a warm-up that has not bent yet looks like one.
  if (question.whole_run) result.no_growth /= 1 + for_leaks;
  // Each end is where a candidate rate meets its own bound; between grid points bounds are linear.
  const auto crossing = [&](auto bound, double at_zero) {
    double met = at_zero;
    for (std::size_t i = 1; i < grid.size(); ++i) {
      const double before = bound(grid[i - 1]) - grid[i - 1].rate;
      const double after = bound(grid[i]) - grid[i].rate;
      if (before > 0 && after <= 0) {
        met = grid[i - 1].rate + (grid[i].rate - grid[i - 1].rate) * before / (before - after);
      } else if (after > 0) {
        met = bound(grid[i]);
      }
    }
    return met;
  };
  result.low = crossing([](const Bounds& b) { return b.low; }, grid.front().low);
  result.high = crossing([](const Bounds& b) { return b.high; }, grid.front().high);
  result.shown_low = crossing([](const Bounds& b) { return b.shown_low; }, grid.front().shown_low);
  result.shown_high = crossing([](const Bounds& b) { return b.shown_high; }, grid.front().shown_high);
  const double rate = crossing([](const Bounds& b) { return b.middle; }, grid.front().middle);
  for (std::size_t i = 1; i < grid.size() && rate > grid[i - 1].rate; ++i) {
    result.standard_error = grid[i].error;
  }
  result.rate = rate;
  // Whole units: where a run begins and ends between two steps is not known.
  const double grain = question.leaked_unit / std::sqrt(6.0);
  const auto with_grain = [&](double end, double error) {
    return rate + std::copysign(std::hypot(end - rate, grain * normal_quantile(error)), end - rate);
  };
  result.low = with_grain(result.low, question.lower_error);
  result.high = with_grain(result.high, question.upper_error);
  result.shown_low = with_grain(result.shown_low, shown_error);
  result.shown_high = with_grain(result.shown_high, shown_error);
  result.standard_error = std::hypot(result.standard_error, grain);
}

}  // namespace

RateInterval rate_interval(GrowthModel& model, const RateQuestion& question) {
  // Without a walk: rates at or below 0 are judged like this.
  const std::vector<StudentComponent> still = without_late(model.given_walk(0).rate);
  const double shown_error = (1 - kShownLevel) / 2;
  RateInterval result;
  result.rate = mixture_quantile(still, 0.5);
  result.standard_error = result.noise_error = standard_deviation(still);
  result.low = mixture_quantile(still, question.lower_error);
  result.high = mixture_quantile(still, 1 - question.upper_error);
  result.shown_low = mixture_quantile(still, shown_error);
  result.shown_high = mixture_quantile(still, 1 - shown_error);
  result.within_tolerance = mixture_cdf(still, question.tolerance);
  result.no_growth = mixture_cdf(tempered(still), 0);
  if (question.leaked_unit > 0) widen_by_walks(model, question, result);
  if (result.low > question.tolerance) {
    result.no_drift = under_walks(model, 0).no_drift;
    result.settling = settling(model, result.rate, question.tolerance, question.leaked_unit);
  } else if (result.high < question.tolerance) {
    result.hidden_leak = under_walks(model, kLargeLeak * question.tolerance).large_leak;
  }
  return result;
}

}  // namespace leakrig::stats
