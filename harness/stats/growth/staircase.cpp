#include "harness/stats/growth/staircase.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "harness/stats/growth/robust.h"
#include "harness/stats/growth/simple_estimate.h"
#include "harness/stats/growth/words.h"

namespace leakrig::stats {

namespace {

constexpr double kOfLargest = 0.5;      ///< a change of at least that share of the largest is a step
constexpr double kNoiseOfStep = 6;      ///< a step is at least that many robust deviations of the changes
constexpr double kEqualSizes = 0.1;     ///< steps differ by no more of their mean, besides noise
constexpr double kEqualTimes = 0.02;    ///< periods differ by no more of their mean, besides a reading's gap
constexpr double kFlatTreads = 0.06;   ///< of a step, at most: from half to half of a tread
constexpr double kReadingsATread = 3;
constexpr double kSurelyRecurs = 0.02;  ///< a `leak` needs steps that chance sets so evenly no more often
constexpr double kManyFreedom = 1000;   ///< treads have readings enough for a normal error

struct Tread {
  std::size_t begin = 0;
  std::size_t end = 0;
  double level = 0;
};

double mean_between(const std::vector<double>& values, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += values[i];
  return sum / static_cast<double>(end - begin);
}

/// Where the steps are: the first reading of each new tread. Empty where a large change goes down, or where
/// changes are not clearly large or small.
std::vector<std::size_t> steps_of(const std::vector<double>& values) {
  std::vector<double> changes(values.size() - 1);
  for (std::size_t i = 1; i < values.size(); ++i) changes[i - 1] = values[i] - values[i - 1];
  const double largest = *std::max_element(changes.begin(), changes.end());
  const double least = kOfLargest * largest;
  if (!(largest > 0) || largest < kNoiseOfStep * robust_sd(changes)) return {};
  std::vector<std::size_t> steps;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i] <= -least) return {};
    if (changes[i] < least) continue;
    if (!steps.empty() && steps.back() == i) return {};  // two readings in a row: a slope
    steps.push_back(i + 1);
  }
  return steps;
}

std::vector<Tread> treads_of(const std::vector<double>& values, const std::vector<std::size_t>& steps) {
  std::vector<Tread> treads;
  std::size_t begin = 0;
  for (std::size_t k = 0; k <= steps.size(); ++k) {
    const std::size_t end = k < steps.size() ? steps[k] : values.size();
    treads.push_back({begin, end, mean_between(values, begin, end)});
    begin = end;
  }
  return treads;
}

/// Standard deviation of the readings about their treads.
double scatter_of_treads(const std::vector<double>& values, const std::vector<Tread>& treads) {
  double squares = 0;
  for (const Tread& tread : treads) {
    for (std::size_t i = tread.begin; i < tread.end; ++i) squares += std::pow(values[i] - tread.level, 2);
  }
  const auto freedom = static_cast<double>(values.size()) - static_cast<double>(treads.size());
  return std::sqrt(squares / std::max(1.0, freedom));
}

bool are_equal_in_time(const std::vector<double>& minutes, const std::vector<std::size_t>& steps,
                       double period, double gap) {
  const double allowed = gap * 1.01 + kEqualTimes * period;
  for (std::size_t k = 1; k < steps.size(); ++k) {
    if (std::abs(minutes[steps[k]] - minutes[steps[k - 1]] - period) > allowed) return false;
  }
  return minutes[steps.front()] - minutes.front() <= period + allowed &&
         minutes.back() - minutes[steps.back()] <= period + allowed;
}

bool are_equal_in_size(const std::vector<Tread>& treads, double step, double noise) {
  for (std::size_t k = 1; k < treads.size(); ++k) {
    const auto readings = [&](const Tread& t) { return static_cast<double>(t.end - t.begin); };
    const double error = noise * std::sqrt(1 / readings(treads[k]) + 1 / readings(treads[k - 1]));
    if (std::abs(treads[k].level - treads[k - 1].level - step) > kEqualSizes * step + 4 * error) return false;
  }
  return true;
}

/// What a tread rises by itself from its first half to its second, over all of them: a staircase's does not.
double rise_of_treads(const std::vector<double>& values, const std::vector<Tread>& treads) {
  double sum = 0;
  double count = 0;
  for (const Tread& tread : treads) {
    if (tread.end - tread.begin < 2) continue;
    const std::size_t middle = (tread.begin + tread.end) / 2;
    sum += mean_between(values, middle, tread.end) - mean_between(values, tread.begin, middle);
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace

std::optional<Staircase> find_staircase(const Series& series) {
  const std::size_t n = series.values.size();
  if (n < 8) return std::nullopt;
  const std::vector<std::size_t> steps = steps_of(series.values);
  if (steps.size() < 2 || static_cast<double>(n) < kReadingsATread * static_cast<double>(steps.size()))
    return std::nullopt;
  const double gap = (series.minutes.back() - series.minutes.front()) / static_cast<double>(n - 1);
  const double from = series.minutes[steps.front()];
  const double to = series.minutes[steps.back()];
  const auto count = static_cast<double>(steps.size());
  const double period = (to - from) / (count - 1);
  if (period < kReadingsATread * gap || !are_equal_in_time(series.minutes, steps, period, gap))
    return std::nullopt;
  const std::vector<Tread> treads = treads_of(series.values, steps);
  const double step = (treads.back().level - treads.front().level) / count;
  const double noise = scatter_of_treads(series.values, treads);
  if (!(step > 0) || !are_equal_in_size(treads, step, noise) ||
      std::abs(rise_of_treads(series.values, treads)) > kFlatTreads * step) {
    return std::nullopt;
  }
  Staircase result;
  result.step = step;
  result.period_minutes = period;
  result.steps = steps.size();
  result.rate_per_min = step / period;
  const auto least = static_cast<double>(std::min(treads.front().end - treads.front().begin,
                                                  treads.back().end - treads.back().begin));
  result.error = noise * std::sqrt(2 / least) / (count * period);
  result.reach = result.rate_per_min * gap / (to - from);
  result.by_chance = std::pow(0.5, count) * std::pow(std::min(1.0, 2 * gap / period), count - 2);
  return result;
}

void judge_staircase(const Staircase& s, const GrowthOptions& options, Growth& growth) {
  const SimpleEstimate estimate{s.rate_per_min, s.error, kManyFreedom, s.reach};
  set_rate(estimate, options, growth);
  growth.doubt_of_growth = kSurelyRecurs;
  growth.p_no_growth = std::max(growth.p_no_growth, s.by_chance);
  growth.p_within_tolerance = std::max(growth.p_within_tolerance,
                                       s.rate_per_min > options.tolerance_per_min ? s.by_chance : 0);
  const std::string what =
      fmt::format("{} more each {}, {} times", say_amount(s.step, options), say_period(s.period_minutes, options),
                                       s.steps);
  if (growth.ci_low > options.tolerance_per_min && s.by_chance < kSurelyRecurs) {
    growth.verdict = Verdict::leak;
    growth.reasons.push_back(what);
  } else if (growth.ci_high < options.tolerance_per_min && excludes_large_leak(estimate, options)) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back(what + ", which is within the tolerance");
  } else {
    growth.verdict = Verdict::inconclusive;
    growth.reasons.push_back(what + fmt::format(", which {} rises do not prove to go on", s.steps));
    growth.minutes_to_decide = growth.span_minutes + 2 * s.period_minutes;
  }
}

}  // namespace leakrig::stats
