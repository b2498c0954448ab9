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

}  // namespace leakrig
