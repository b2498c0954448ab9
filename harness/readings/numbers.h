#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace leakrig {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The middle one of the numbers that are finite; 0 of none.
inline double middle_of(std::vector<double> values) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// About the middle one of many: of some thousands, evenly spaced.
inline double rough_middle_of(const std::vector<double>& values) {
  constexpr std::size_t kEnough = 4096;
  const std::size_t step = values.size() / kEnough + 1;
  std::vector<double> some;
  for (std::size_t i = 0; i < values.size(); i += step) some.push_back(values[i]);
  return middle_of(std::move(some));
}

/// Steps that are whole thousands and no span that people choose in seconds (half hours, quarters of days)
/// may be milliseconds, unless they would be longer than a year even so.
inline bool may_be_milliseconds(const std::vector<double>& values) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < std::min<std::size_t>(values.size(), 1000); ++i)
    steps.push_back(std::abs(values[i] - values[i - 1]));
  const double step = middle_of(std::move(steps));
  const auto is_near = [&](double whole) {
    return step >= whole * 0.99 && std::abs(step / whole - std::round(step / whole)) <= 0.01;
  };
  constexpr double kHalfHour = 1800;
  constexpr double kQuarterDay = 21600;
  constexpr double kYear = 366 * 86400.0;
  const bool usual =
      step <= kYear && (step <= kQuarterDay ? is_near(kHalfHour) || is_near(1200) : is_near(kQuarterDay));
  return is_near(1000) && step / 1000 <= kYear && !usual;
}

}  // namespace leakrig
