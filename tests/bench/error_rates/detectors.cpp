#include "tests/bench/error_rates/detectors.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/sequential.h"

namespace leakrig::stats {

namespace {

constexpr double kOneSided5Percent = 1.6449;

Verdict endpoint(const Series& series) {
  return series.values.back() - series.values.front() > 0.1 * std::abs(series.values.front())
             ? Verdict::leak
             : Verdict::stable;
}

Verdict least_squares(const Series& series) {
  const auto n = static_cast<double>(series.values.size());
  double mean_x = 0;
  double mean_y = 0;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    mean_x += series.minutes[i] / n;
    mean_y += series.values[i] / n;
  }
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const double x = series.minutes[i] - mean_x;
    const double y = series.values[i] - mean_y;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const double slope = xy / xx;
  const double standard_error = std::sqrt(std::max(0.0, yy - slope * xy) / (n - 2) / xx);
  return slope > kOneSided5Percent * standard_error ? Verdict::leak : Verdict::stable;
}

Verdict mann_kendall(const Series& series) {
  const std::vector<double>& y = series.values;
  double s = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t j = i + 1; j < y.size(); ++j) {
      s += (y[j] > y[i] ? 1 : 0) - (y[j] < y[i] ? 1 : 0);
    }
  }
  const auto n = static_cast<double>(y.size());
  return s - 1 > kOneSided5Percent * std::sqrt(n * (n - 1) * (2 * n + 5) / 18) ? Verdict::leak
                                                                               : Verdict::stable;
}

}  // namespace

namespace {

/// Readings from `from` until `to`, in minutes after `zero`.
Series part_of(const Series& series, double zero, double from, double to) {
  Series part;
  part.cycle_minutes = series.cycle_minutes;
  for (std::size_t i = 0; i < series.minutes.size(); ++i) {
    const double minute = series.minutes[i] - zero;
    if (minute < from - 1e-9 || minute > to + 1e-9) continue;
    part.minutes.push_back(minute);
    part.values.push_back(series.values[i]);
    if (!series.containers.empty()) part.containers.push_back(series.containers[i]);
  }
  return part;
}

}  // namespace

Detector early_looks(const GrowthOptions& options) {
  return {"leakrig --stop-when-sure", [options](const Series& series) {
            constexpr double kWarmup = 1;        // minutes
            constexpr double kLookEvery = 0.25;  // minutes
            constexpr int kFirst = 4;
            const int looks =
                static_cast<int>(std::floor((series.minutes.back() - kWarmup) / kLookEvery + 0.1));
            for (int look = kFirst; look < looks; ++look) {
              const Series so_far = part_of(series, kWarmup, 0, look * kLookEvery);
              const GrowthOptions now = at_look(options, look, looks, kFirst);
              if (assess_growth(so_far, now).verdict == Verdict::leak &&
                  outlasts_warmup(part_of(series, kWarmup, -kWarmup, look * kLookEvery), now)) {
                return Verdict::leak;
              }
            }
            return assess_growth(part_of(series, kWarmup, 0, series.minutes.back()),
                                 at_look(options, looks, looks, kFirst))
                .verdict;
          }};
}

std::vector<Detector> all_detectors(const GrowthOptions& options) {
  return {{"leakrig", [options](const Series& series) { return assess_growth(series, options).verdict; }},
          {"endpoint > 10 %", endpoint},
          {"least squares, p < .05", least_squares},
          {"Mann-Kendall, p < .05", mann_kendall}};
}

}  // namespace leakrig::stats
