#pragma once

#include <string_view>

namespace leakrig::stats {

/// The time that a rate is told for.
struct RateUnit {
  double minutes = 1;                ///< a rate per minute times this is the rate per unit
  std::string_view suffix = "/min";  ///< "/min", "/h" or "/day"
};

/// The shortest unit in which a rate has a digit: a minute for spans of at most an hour, or where
/// `largest_per_min` shows a tenth or more; an hour for spans of at most a day, or where an hour's does; else
/// a day. `largest_per_min`: the largest absolute value that will stand beside the others (rate, an end of
/// its interval), in the unit in which values are shown.
RateUnit rate_unit(double largest_per_min, double span_minutes);

}  // namespace leakrig::stats
