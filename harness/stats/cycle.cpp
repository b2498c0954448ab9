#include "harness/stats/cycle.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "harness/stats/robust.h"

namespace leakrig::stats {

namespace {

constexpr double kFewestPeriods = 3;
constexpr double kReadingsAPeriod = 6;
constexpr std::size_t kCoarseBins = 12;
constexpr std::size_t kFineBins = 24;
constexpr std::size_t kCandidates = 5;
constexpr double kMostPeriods = 0.6;
constexpr std::size_t kFewestReadings = 40;

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

/// Whether the phase helps in most periods, not in one or two where something else happened.
bool helps_in_most_periods(const std::vector<double>& times, const std::vector<double>& flat,
                           const std::vector<double>& rest, double period) {
  std::map<int, std::pair<double, double>>
      squares;  // by period: unpredicted changes without and with the phase
  for (std::size_t i = 1; i < times.size(); ++i) {
    auto& [alone, left] = squares[static_cast<int>(times[i] / period)];
    alone += (flat[i] - flat[i - 1]) * (flat[i] - flat[i - 1]);
    left += (rest[i] - rest[i - 1]) * (rest[i] - rest[i - 1]);
  }
  const auto helped = std::count_if(squares.begin(), squares.end(),
                                    [](const auto& s) { return s.second.second < 0.9 * s.second.first; });
  return static_cast<double>(helped) >= kMostPeriods * static_cast<double>(squares.size());
}

double refined(const std::vector<double>& times, const std::vector<double>& values, double period) {
  double best = period;
  double least = scatter(times, values, period, kFineBins);
  const double reach = period * period / static_cast<double>(kCoarseBins);
  constexpr int kSteps = 30;
  for (int k = -kSteps; k <= kSteps; ++k) {
    const double tried = period + reach * k / kSteps;
    const double s = scatter(times, values, tried, kFineBins);
    if (s < least) {
      least = s;
      best = tried;
    }
  }
  return best;
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
  if (n < kFewestReadings) {
    return std::nullopt;
  }
  const std::vector<double> flat = detrended(times, values);
  const double span = times.back() - times.front();
  const double step = 1 / (span * static_cast<double>(kCoarseBins));
  std::vector<std::pair<double, double>> tried;  // scatter, period
  const double fastest = static_cast<double>(n - 1) / span / kReadingsAPeriod;
  for (double frequency = kFewestPeriods / span; frequency <= fastest; frequency += step) {
    tried.emplace_back(scatter(times, flat, 1 / frequency, kCoarseBins), 1 / frequency);
  }
  const std::size_t kept = std::min(kCandidates, tried.size());
  std::partial_sort(tried.begin(), tried.begin() + static_cast<std::ptrdiff_t>(kept), tried.end());
  const double alone = unpredicted(flat);
  double best_gain = 0;
  std::optional<double> best;
  for (std::size_t k = 0; k < kept; ++k) {
    const double period = refined(times, flat, tried[k].second);
    std::vector<double> sum(kFineBins, 0.0);
    std::vector<double> count(kFineBins, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      sum[bin_of(times[i], period, kFineBins)] += flat[i];
      ++count[bin_of(times[i], period, kFineBins)];
    }
    std::vector<double> rest(flat);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t bin = bin_of(times[i], period, kFineBins);
      rest[i] -= sum[bin] / count[bin];
    }
    const double left = unpredicted(rest);
    const double gain = left > 0 ? static_cast<double>(n) * std::log(alone / left) : 0;
    if (gain > best_gain && helps_in_most_periods(times, flat, rest, period)) {
      best_gain = gain;
      best = period;
    }
  }
  return best_gain > 3.0 * kFineBins + 20 ? best : std::nullopt;
}

}  // namespace leakrig::stats
