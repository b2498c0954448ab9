#include "tests/bench/error_rates/detectors.h"

#include <cmath>

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

std::vector<Detector> all_detectors(const GrowthOptions& options) {
  return {{"leakrig", [options](const Series& series) { return assess_growth(series, options).verdict; }},
          {"endpoint > 10 %", endpoint},
          {"least squares, p < .05", least_squares},
          {"Mann-Kendall, p < .05", mann_kendall}};
}

}  // namespace leakrig::stats
