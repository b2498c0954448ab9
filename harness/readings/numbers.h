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

}  // namespace leakrig
