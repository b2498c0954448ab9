#pragma once

#include <string_view>

namespace leakrig {

/// Whether a text is a point in time: a date, a time of day, or digits of the size of an epoch's.
bool is_point_in_time(std::string_view text);

/// Whether the beginning of one JSON document has series in several places, times as keys, or times and
/// values in arrays beside each other: then its rows cannot be read one after the other.
bool has_several_series(std::string_view head);

}  // namespace leakrig
