#include "harness/stats/growth/rate_unit.h"

#include <cmath>

namespace leakrig::stats {

namespace {

constexpr double kLeastShown = 0.1;  ///< rates are told with one decimal; a smaller one would read 0.0
constexpr double kMinutesAnHour = 60;
constexpr double kMinutesADay = 24 * kMinutesAnHour;

}  // namespace

RateUnit rate_unit(double largest_per_min, double span_minutes) {
  const double largest = std::abs(largest_per_min);
  if (span_minutes <= kMinutesAnHour || largest >= kLeastShown) return {1, "/min"};
  if (span_minutes <= kMinutesADay || largest * kMinutesAnHour >= kLeastShown) return {kMinutesAnHour, "/h"};
  return {kMinutesADay, "/day"};
}

}  // namespace leakrig::stats
