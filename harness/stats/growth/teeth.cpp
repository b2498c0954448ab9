#include "harness/stats/growth/teeth.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "harness/stats/growth/few_points.h"
#include "harness/stats/growth/robust.h"
#include "harness/stats/growth/simple_estimate.h"
#include "harness/stats/growth/words.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kReach = 3;          ///< readings that a fall may take
constexpr double kAlike = 0.4;             ///< of the largest: a fall of at least that is one of them
constexpr double kBeyondNoise = 6;         ///< robust deviations of the changes that a fall exceeds
constexpr double kSuddenRises = 0.3;       ///< sudden rises to falls, at most
/// Of a usual fall: what is climbed again between two, as a rule, at least. Less is a decline, which hides no leak;
/// restarts and collections climb back by all that they fall.
constexpr double kClimbsBack = 0.5;
constexpr std::size_t kFewestFalls = 3;
constexpr std::size_t kFewestForLine = 4;
constexpr double kEvenPeriods = 0.06;      ///< largest scatter of the periods, of their mean
constexpr double kToTheStart = 0.25;       ///< of a usual fall: a floor that near the first reading is the start
constexpr double kDoubtOfRise = 0.02;      ///< of floors and of ceilings, each

/// The largest change within `kReach` readings after each, downwards (`sign` -1) or upwards.
std::vector<double> sudden(const std::vector<double>& values, double sign) {
  std::vector<double> result(values.size(), 0.0);
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    for (std::size_t k = i + 1; k <= std::min(i + kReach, values.size() - 1); ++k)
      result[i] = std::max(result[i], sign * (values[k] - values[i]));
  }
  return result;
}

/// The places of changes of at least `least`, the largest of each run of them.
std::vector<std::size_t> places_of(const std::vector<double>& changes, double least) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i] < least) continue;
    if (!places.empty() && i - places.back() <= kReach) {
      if (changes[i] > changes[places.back()]) places.back() = i;
    } else {
      places.push_back(i);
    }
  }
  return places;
}

std::vector<double> gaps_between(const std::vector<double>& times) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  return gaps;
}

bool are_even(const std::vector<double>& times) {
  const std::vector<double> periods = gaps_between(times);
  const double middle = median(periods);
  double squares = 0;
  for (const double p : periods) {
    // A fall that noise hid makes one period of two.
    const double turns = std::max(1.0, std::round(p / middle));
    squares += std::pow(p / turns - middle, 2);
  }
  return std::sqrt(squares / static_cast<double>(periods.size())) < kEvenPeriods * middle;
}

/// The line through floors or ceilings, a minute.
SimpleEstimate line_of(const std::vector<double>& times, const std::vector<double>& values,
                       const Points& points) {
  const LeastSquares line = least_squares(times, values);
  return {points.per_minute(line.slope), points.per_minute(line.standard_error),
          static_cast<double>(times.size()) - 2, 0};
}

}  // namespace

Teeth find_teeth(const std::vector<double>& times, const std::vector<double>& plain) {
  Teeth teeth;
  if (plain.size() < 4 * kReach) return teeth;
  const std::vector<double> falls = sudden(plain, -1);
  const double largest = *std::max_element(falls.begin(), falls.end());
  std::vector<double> changes;
  for (std::size_t i = 1; i < plain.size(); ++i) changes.push_back(plain[i] - plain[i - 1]);
  if (!(largest > 0) || kAlike * largest < kBeyondNoise / 2 * robust_sd(changes) ||
      largest < kBeyondNoise * robust_sd(changes)) {
    return teeth;
  }
  const std::vector<std::size_t> places = places_of(falls, kAlike * largest);
  const std::size_t rises = places_of(sudden(plain, 1), kAlike * largest).size();
  if (places.size() < kFewestFalls ||
      static_cast<double>(rises) > kSuddenRises * static_cast<double>(places.size())) {
    return teeth;
  }
  std::vector<double> sizes;
  for (const std::size_t at : places) {
    const auto begin = plain.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = plain.begin() + static_cast<std::ptrdiff_t>(std::min(plain.size(), at + kReach + 1));
    teeth.fall_times.push_back(times[at]);
    teeth.ceilings.push_back(plain[at]);
    teeth.floors.push_back(*std::min_element(begin, end));
    sizes.push_back(falls[at]);
  }
  teeth.usual_fall = median(sizes);
  std::vector<double> climbs;
  for (std::size_t k = 1; k < teeth.ceilings.size(); ++k)
    climbs.push_back(teeth.ceilings[k] - teeth.floors[k - 1]);
  if (median(climbs) < kClimbsBack * teeth.usual_fall) return {};
  teeth.even = are_even(teeth.fall_times);
  const double near = kToTheStart * teeth.usual_fall;
  teeth.to_the_start = std::all_of(teeth.floors.begin(), teeth.floors.end(),
                                   [&](double floor) { return std::abs(floor - plain.front()) < near; });
  return teeth;
}

std::optional<double> period_of(const Teeth& teeth) {
  if (teeth.fall_times.empty() || !teeth.even) return std::nullopt;
  const std::vector<double> gaps = gaps_between(teeth.fall_times);
  const double middle = median(gaps);
  double turns = 0;
  for (const double gap : gaps) turns += std::max(1.0, std::round(gap / middle));
  return (teeth.fall_times.back() - teeth.fall_times.front()) / turns;
}

void judge_teeth(const Teeth& teeth, const Points& points, const GrowthOptions& options, Growth& growth) {
  const std::string what = fmt::format("falls back {} times, by {} as a rule", teeth.fall_times.size(),
                                       say_amount(teeth.usual_fall * points.scale, options));
  if (teeth.fall_times.size() < kFewestForLine) {
    growth.reasons.push_back(what + ": too seldom to tell what stays behind");
    return;
  }
  const SimpleEstimate floors = line_of(teeth.fall_times, teeth.floors, points);
  const SimpleEstimate ceilings = line_of(teeth.fall_times, teeth.ceilings, points);
  Growth of_ceilings;
  set_rate(ceilings, options, of_ceilings);
  set_rate(floors, options, growth);
  growth.p_no_growth = std::max(growth.p_no_growth, of_ceilings.p_no_growth);
  growth.doubt_of_growth = kDoubtOfRise;
  growth.adjusted_for.push_back(what);
  if (growth.ci_low > options.tolerance_per_min && growth.p_no_growth < kDoubtOfRise) {
    growth.verdict = Verdict::leak;
    growth.reasons.push_back(fmt::format("what it falls back to rises by {}, and so does what it reaches",
                                         say_rate(growth.rate_per_min, growth.span_minutes, options)));
  } else if (growth.ci_low > options.tolerance_per_min) {
    growth.reasons.emplace_back("what it falls back to rises, but what it reaches does not");
  } else if (options.collected_heap && growth.ci_high < options.tolerance_per_min &&
             excludes_large_leak(floors, options)) {
    growth.verdict = Verdict::stable;
    growth.reasons.push_back(fmt::format(
        "what it falls back to stays within the tolerance of {}",
        say_rate(options.tolerance_per_min, growth.span_minutes, options)));
  } else {
    growth.reasons.push_back(what + " at uneven times: a collector's work or restarts, which the readings "
                                    "alone do not tell apart; a process id or a start time would");
  }
}

}  // namespace leakrig::stats
