#pragma once

#include <vector>

namespace leakrig::stats {

/// Which readings stick out of their surroundings: further than a few robust standard deviations from the
/// running median (a Hampel filter: Davies and Gather, J. Am. Stat. Assoc. 88, 1993), or near an end from a
/// robust line. A step, a slope or a cycle does not stick out; a burst shorter than half the window does. All
/// false where more than two fifths would be marked: then it is no outlier.
std::vector<bool> find_bursts(const std::vector<double>& values);

}  // namespace leakrig::stats
