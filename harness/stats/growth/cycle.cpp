#include "harness/stats/growth/cycle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

constexpr double kFewestPeriods = 3;
constexpr double kReadingsAPeriod = 6;
constexpr std::size_t kCoarseBins = 12;
constexpr std::size_t kFineBins = 24;
constexpr std::size_t kCandidates = 5;
constexpr double kMostPeriods = 0.75;
constexpr double kClearlyBetter = 1.15;
constexpr double kHopeless = -100;
constexpr double kLeastGain = 50;  ///< log likelihood, twice
constexpr std::size_t kFewestForCycle = 40;

std::vector<double> detrended(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  const double mx = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const double my = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    xy += (x[i] - mx) * (y[i] - my);
  }
  const double slope = xx > 0 ? xy / xx : 0;
  std::vector<double> rest(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    rest[i] = y[i] - my - slope * (x[i] - mx);
  }
  return rest;
}

std::size_t bin_of(double time, double period, std::size_t bins) {
  const double turns = time / period;
  const auto bin = static_cast<std::size_t>((turns - std::floor(turns)) * static_cast<double>(bins));
  return std::min(bin, bins - 1);
}

/// Sum of squares about the means of the phases.
double scatter(const std::vector<double>& times, const std::vector<double>& values, double period,
               std::size_t bins) {
  std::vector<double> sum(bins, 0.0);
  std::vector<double> count(bins, 0.0);
  double square = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::size_t bin = bin_of(times[i], period, bins);
    sum[bin] += values[i];
    ++count[bin];
    square += values[i] * values[i];
  }
  for (std::size_t b = 0; b < bins; ++b) {
    square -= count[b] > 0 ? sum[b] * sum[b] / count[b] : 0;
  }
  return square;
}

/// Mean square of what an AR(1) leaves unpredicted.
double unpredicted(const std::vector<double>& values) {
  double now = 0;
  double product = 0;
  double next = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    now += values[i - 1] * values[i - 1];
    product += values[i - 1] * values[i];
    next += values[i] * values[i];
  }
  return (next - (now > 0 ? product * product / now : 0)) / static_cast<double>(values.size());
}

/// The share of periods, counted from `offset`, in which the phase tells the changes, so that it is not in
/// one or two where something else happened.
double share_of_periods_helped(const std::vector<double>& times, const std::vector<double>& flat,
                               const std::vector<double>& rest, double period, double offset) {
  std::map<int, std::pair<double, double>> squares;  // of changes, by period: without and with the phase
  for (std::size_t i = 1; i < times.size(); ++i) {
    auto& [alone, left] = squares[static_cast<int>((times[i] + offset) / period)];
    alone += (flat[i] - flat[i - 1]) * (flat[i] - flat[i - 1]);
    left += (rest[i] - rest[i - 1]) * (rest[i] - rest[i - 1]);
  }
  const auto helped = std::count_if(squares.begin(), squares.end(),
                                    [](const auto& s) { return s.second.second < 0.9 * s.second.first; });
  return static_cast<double>(helped) / static_cast<double>(squares.size());
}

/// An edge of the cycle may lie where one period is counted to end, so they are counted from two places.
bool helps_in_most_periods(const std::vector<double>& times, const std::vector<double>& flat,
                           const std::vector<double>& rest, double period) {
  return share_of_periods_helped(times, flat, rest, period, 0) >= kMostPeriods ||
         share_of_periods_helped(times, flat, rest, period, period / 2) >= kMostPeriods;
}

/// The readings in the order of their phase.
std::vector<std::size_t> by_phase(const std::vector<double>& times, double period) {
  std::vector<std::pair<double, std::size_t>> phases(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double turns = times[i] / period;
    phases[i] = {turns - std::floor(turns), i};
  }
  std::sort(phases.begin(), phases.end());
  std::vector<std::size_t> order(times.size());
  std::transform(phases.begin(), phases.end(), order.begin(), [](const auto& p) { return p.second; });
  return order;
}

/// How rough the values are in the order of their phase: the statistic of Lafler and Kinman (Astrophysical
/// Journal Supplement 11, 1965), which a sharp edge in the cycle does not blur.
double roughness(const std::vector<double>& times, const std::vector<double>& values, double period) {
  const std::vector<std::size_t> order = by_phase(times, period);
  double sum = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double step = values[order[i]] - values[order[i == 0 ? order.size() - 1 : i - 1]];
    sum += step * step;
  }
  return sum;
}

/// The period within `reach` of `period` that makes `badness` least.
template <typename Badness>
double refined(double period, double reach, const Badness& badness) {
  constexpr int kSteps = 24;
  double best = period;
  double least = badness(period);
  for (int k = -kSteps; k <= kSteps; ++k) {
    const double tried = period + reach * k / kSteps;
    const double s = badness(tried);
    if (s < least) {
      least = s;
      best = tried;
    }
  }
  return best;
}

/// The values less what the readings next to them in phase, in other periods, let expect. It would be no
/// smaller than the values themselves if there were no cycle.
std::vector<double> unlike_their_phase(const std::vector<double>& times, const std::vector<double>& values,
                                       double period) {
  const std::vector<std::size_t> order = by_phase(times, period);
  const std::size_t n = order.size();
  std::vector<double> rest(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto near = [&](std::size_t ahead) { return values[order[(i + n + ahead - 2) % n]]; };
    std::array<double, 4> around{near(0), near(1), near(3), near(4)};
    std::sort(around.begin(), around.end());
    rest[order[i]] = values[order[i]] - (around[1] + around[2]) / 2;
  }
  return rest;
}

/// The values less their mean over one period around each: a trend of any form goes, the cycle stays. Near
/// the ends the last whole period's mean goes on along the line that the values have as a whole.
std::vector<double> without_trend(const std::vector<double>& times, const std::vector<double>& flat,
                                  double period) {
  const std::size_t n = times.size();
  std::vector<double> sum(n + 1, 0.0);
  std::partial_sum(flat.begin(), flat.end(), sum.begin() + 1);
  std::vector<double> rest(n);
  std::size_t from = 0;
  std::size_t to = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double centre = std::clamp(times[i], times.front() + period / 2, times.back() - period / 2);
    while (times[from] < centre - period / 2 * (1 + 1e-9)) {
      ++from;
    }
    while (to < n && times[to] < centre + period / 2 * (1 - 1e-9)) {
      ++to;
    }
    rest[i] = flat[i] - (to > from ? (sum[to] - sum[from]) / static_cast<double>(to - from) : 0);
  }
  return rest;
}

/// The periods with the least scatter, one of each trough, ascending.
std::vector<double> candidate_periods(const std::vector<double>& times, const std::vector<double>& values) {
  const double span = times.back() - times.front();
  const double step = 1 / (span * static_cast<double>(kCoarseBins));
  const double fastest = static_cast<double>(times.size() - 1) / span / kReadingsAPeriod;
  std::vector<std::pair<double, double>> tried;  // scatter, period
  for (double frequency = kFewestPeriods / span; frequency <= fastest; frequency += step) {
    tried.emplace_back(scatter(times, values, 1 / frequency, kCoarseBins), 1 / frequency);
  }
  std::vector<std::pair<double, double>> troughs;
  for (std::size_t i = 0; i < tried.size(); ++i) {
    if ((i == 0 || tried[i].first <= tried[i - 1].first) &&
        (i + 1 == tried.size() || tried[i].first < tried[i + 1].first)) {
      troughs.push_back(tried[i]);
    }
  }
  const std::size_t kept = std::min(kCandidates, troughs.size());
  std::partial_sort(troughs.begin(), troughs.begin() + static_cast<std::ptrdiff_t>(kept), troughs.end());
  std::vector<double> periods;
  for (std::size_t k = 0; k < kept; ++k) {
    periods.push_back(troughs[k].second);
  }
  std::sort(periods.begin(), periods.end());
  return periods;
}

}  // namespace

std::vector<int> phase_bins(const std::vector<double>& times, double period) {
  const std::size_t n = times.size();
  const double span = times.back() - times.front();
  const double readings = period / span * static_cast<double>(n - 1);
  if (!(period > 0) || span < 2 * period || readings < 4) {
    return {};
  }
  const auto bins =
      std::max<std::size_t>(2, std::min(static_cast<std::size_t>(std::floor(readings + 1e-6)), n / 3));
  std::vector<int> phases(n);
  for (std::size_t i = 0; i < n; ++i) {
    // Half a reading's shift keeps equidistant readings clear of the bins' edges.
    phases[i] = static_cast<int>(bin_of(times[i] + 0.5 * period / readings, period, bins));
  }
  return phases;
}

std::vector<double> without_cycle(const std::vector<double>& times, const std::vector<double>& values,
                                  const std::vector<int>& phases) {
  const std::vector<double> flat = detrended(times, values);
  const auto bins = static_cast<std::size_t>(*std::max_element(phases.begin(), phases.end()) + 1);
  std::vector<std::vector<double>> by_phase(bins);
  for (std::size_t i = 0; i < values.size(); ++i) {
    by_phase[static_cast<std::size_t>(phases[i])].push_back(flat[i]);
  }
  std::vector<double> profile(bins);
  std::transform(by_phase.begin(), by_phase.end(), profile.begin(),
                 [](const auto& some) { return median(some); });
  std::vector<double> result(values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    result[i] -= profile[static_cast<std::size_t>(phases[i])];
  }
  return result;
}

std::optional<double> find_period(const std::vector<double>& times, const std::vector<double>& values) {
  const std::size_t n = times.size();
  if (n < kFewestForCycle) {
    return std::nullopt;
  }
  const std::vector<double> flat = detrended(times, values);
  const double span = times.back() - times.front();
  const double alone = unpredicted(flat);
  const auto gain_of = [&](const std::vector<double>& rest) {
    const double left = std::max(unpredicted(rest), 1e-9 * alone);
    return alone > 0 ? static_cast<double>(n) * std::log(alone / left) : 0;
  };
  double best_gain = kLeastGain;
  std::optional<double> best;
  for (const double coarse : candidate_periods(times, flat)) {
    const double close = refined(coarse, coarse * coarse / span / static_cast<double>(kCoarseBins),
                                 [&](double p) { return scatter(times, flat, p, kFineBins); });
    const std::vector<double> level = without_trend(times, flat, close);
    if (gain_of(unlike_their_phase(times, level, close)) < kHopeless) {
      continue;  // refining is dear
    }
    const double period = refined(close, close * close / span / static_cast<double>(kFineBins),
                                  [&](double p) { return roughness(times, level, p); });
    const std::vector<double> rest = unlike_their_phase(times, level, period);
    const double gain = gain_of(rest);
    // Twice a period is a period too: a longer one must be clearly better.
    if (gain > (best ? kClearlyBetter : 1) * best_gain && helps_in_most_periods(times, level, rest, period)) {
      best_gain = gain;
      best = period;
    }
  }
  return best;
}

}  // namespace leakrig::stats
