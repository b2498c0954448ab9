#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace leakrig {

/// How much of an analysis goes into a page. What is left out is what a reader would miss least: points of
/// charts, then rows beyond the largest.
struct PageLimits {
  std::size_t points = 30'000;  ///< of all charts together
  std::size_t rows = 12'000;    ///< of all growth tables together
  std::size_t spans = 12'000;   ///< of all streams drawn
  std::size_t lanes = 400;      ///< of all containers drawn
  std::size_t groups = 1'200;   ///< of all attribution rows
  std::size_t name = 240;       ///< bytes of a name

  /// A share of it.
  PageLimits divided_by(std::size_t divisor) const;
};

/// Limits of one variant, and of one metric of it.
struct PageShare {
  std::size_t points, rows, spans, lanes, groups, name;
};
PageShare share_of(const PageLimits& limits, std::size_t variants, std::size_t metrics);

/// Which rows of a table are shown: every n-th, and the last; about `most`.
std::vector<std::size_t> thinned_rows(std::size_t rows, std::size_t most);

/// Spans of one lane, where so many lanes are drawn.
std::size_t spans_of_lane(const PageShare& share, std::size_t lanes);

/// Points of each of so many series, which all together have at most `points`.
std::size_t points_of_series(std::size_t points, std::size_t series);

/// A number as short as a chart needs it: three decimals.
struct PageNumber {
  double value = 0;
  bool is_whole = false;
};
/// Nothing of what is no number.
std::optional<PageNumber> page_number(double value);

}  // namespace leakrig
