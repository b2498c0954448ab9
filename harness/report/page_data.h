#pragma once

#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"

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

/// What the page draws, schema "leakrig/page/1" (harness/report/page/ reads it). Every text in it is
/// printable; the page puts it in as text only.
nlohmann::json page_data(const Analysis& analysis, const PageLimits& limits = {});

}  // namespace leakrig
