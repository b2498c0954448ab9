#include "harness/stats/growth/rate_unit.h"

#include <cmath>

namespace leakrig::stats {

namespace {

constexpr double kLeastShown = 0.1;  ///< rates are told with one decimal; a smaller one would read 0.0
constexpr double kHour = 60;
constexpr double kDay = 24 * kHour;

}  // namespace

RateUnit rate_unit(double largest_per_min, double span_minutes) {
  const double largest = std::abs(largest_per_min);
  if (span_minutes <= kHour || largest >= kLeastShown) return {1, "/min"};
  if (span_minutes <= kDay || largest * kHour >= kLeastShown) return {kHour, "/h"};
  return {kDay, "/day"};
}

}  // namespace leakrig::stats
