#pragma once

#include <vector>

namespace leakrig::stats {

/// The middle value; of an even number the mean of the two in the middle; 0 of none.
double median(std::vector<double> values);

/// 1.4826 times the median distance from the median: the standard deviation of Gaussian values, blind to
/// outliers.
double robust_sd(const std::vector<double>& values);

}  // namespace leakrig::stats
