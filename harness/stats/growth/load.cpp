#include "harness/stats/growth/load.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

constexpr double kWinsorised = 3;
constexpr int kRounds = 8;

}  // namespace

double container_effect(const std::vector<double>& values, const std::vector<double>& containers) {
  if (values.size() < 3 || containers.size() != values.size()) {
    return 0;
  }
  std::vector<double> rises;
  std::vector<double> loads;
  double square = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    rises.push_back(values[i] - values[i - 1]);
    loads.push_back(containers[i] - containers[i - 1]);
    square += loads.back() * loads.back();
  }
  if (!(square > 0)) {
    return 0;
  }
  const double usual = median(rises);
  std::vector<double> ratios;
  for (std::size_t i = 0; i < rises.size(); ++i) {
    rises[i] -= usual;
    if (loads[i] != 0) {
      ratios.push_back(rises[i] / loads[i]);
    }
  }
  double effect = median(std::move(ratios));
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> rest(rises.size());
    for (std::size_t i = 0; i < rises.size(); ++i) {
      rest[i] = rises[i] - effect * loads[i];
    }
    const double limit = kWinsorised * robust_sd(rest);
    double product = 0;
    for (std::size_t i = 0; i < rises.size(); ++i) {
      const double clipped = limit > 0 ? std::clamp(rest[i], -limit, limit) : rest[i];
      product += clipped * loads[i];
    }
    effect += product / square;
  }
  return effect;
}

std::vector<double> without_load(std::vector<double> values, const std::vector<double>& containers) {
  const double effect = container_effect(values, containers);
  for (std::size_t i = 0; i < containers.size(); ++i) values[i] -= effect * containers[i];
  return values;
}

bool is_a_clock(const std::vector<double>& minutes, const std::vector<double>& containers) {
  if (containers.size() < 3 || containers.size() != minutes.size()) return false;
  const auto n = static_cast<double>(minutes.size());
  const double mean_t = std::accumulate(minutes.begin(), minutes.end(), 0.0) / n;
  const double mean_c = std::accumulate(containers.begin(), containers.end(), 0.0) / n;
  double tt = 0;
  double tc = 0;
  double cc = 0;
  for (std::size_t i = 0; i < minutes.size(); ++i) {
    tt += (minutes[i] - mean_t) * (minutes[i] - mean_t);
    tc += (minutes[i] - mean_t) * (containers[i] - mean_c);
    cc += (containers[i] - mean_c) * (containers[i] - mean_c);
  }
  // What a line leaves of it: less would drown in the rounding of the fit that is to tell them apart.
  constexpr double kLeft = 1e-6;
  return cc > 0 && tt > 0 && 1 - tc * tc / (tt * cc) < kLeft;
}

namespace {

/// The load as it was `delay` units of time ago; what was before the first reading is taken as it.
std::vector<double> delayed(const std::vector<double>& times, const std::vector<double>& load, double delay) {
  std::vector<double> result(load.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < load.size(); ++i) {
    while (at + 1 < load.size() && times[at + 1] <= times[i] - delay + 1e-9) ++at;
    result[i] = load[at];
  }
  return result;
}

/// What of the changes of the values those of the load leave unexplained.
double unexplained(const std::vector<double>& values, const std::vector<double>& load) {
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double x = load[i] - load[i - 1];
    const double y = values[i] - values[i - 1];
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  return yy - (xx > 0 ? xy * xy / xx : 0);
}

std::vector<double> less_its_mean(std::vector<double> column) {
  const double mean = std::accumulate(column.begin(), column.end(), 0.0) / static_cast<double>(column.size());
  std::for_each(column.begin(), column.end(), [&](double& x) { x -= mean; });
  return column;
}

/// A delay must explain this much more than none: 2 log likelihood of an extra parameter, and the choice.
constexpr double kWorthADelay = 16;
constexpr double kLongestDelay = 1;  ///< minutes: what takes longer to follow is a warm-up of its own
constexpr int kDelays = 30;
constexpr std::size_t kFewestForSquare = 24;

}  // namespace

std::vector<std::vector<double>> load_columns(const std::vector<double>& times,
                                              const std::vector<double>& values,
                                              const std::vector<double>& containers, double span_minutes) {
  if (containers.size() != values.size() || values.size() < 3 ||
      *std::min_element(containers.begin(), containers.end()) ==
          *std::max_element(containers.begin(), containers.end())) {
    return {};
  }
  const auto n = static_cast<double>(values.size());
  const double at_once = unexplained(values, containers);
  double least = at_once * std::exp(-kWorthADelay / n);
  std::vector<double> best = containers;
  for (int k = 1; k <= kDelays; ++k) {
    const double delay = kLongestDelay * k / kDelays / span_minutes;
    if (delay > 0.25 || delay * (n - 1) < 0.5) continue;
    std::vector<double> late = delayed(times, containers, delay);
    const double left = unexplained(values, late);
    if (left < least) {
      least = left;
      best = std::move(late);
    }
  }
  const std::vector<double> linear = less_its_mean(best);
  if (values.size() < kFewestForSquare) return {linear};
  std::vector<double> square(linear);
  std::for_each(square.begin(), square.end(), [](double& x) { x *= x; });
  return {linear, less_its_mean(square)};
}

std::vector<double> without_columns(std::vector<double> values,
                                    const std::vector<std::vector<double>>& columns) {
  for (const std::vector<double>& column : columns) values = without_load(std::move(values), column);
  return values;
}

}  // namespace leakrig::stats
