#pragma once

#include <vector>

namespace leakrig::stats {

/// The variance of Kendall's S for a series in time order, corrected for ties (Kendall, Rank Correlation
/// Methods) and for autocorrelation of the ranks (Hamed and Rao, J. Hydrology 204, 1998, every positive
/// leading lag). `residuals` are the values less their trend. Never below the variance for independent
/// values.
double kendall_variance(const std::vector<double>& residuals);

/// Mid-ranks, 1 to n; ties share their mean rank.
std::vector<double> ranks(const std::vector<double>& values);

/// Autocorrelation at lags 0 to `max_lag` (biased estimate, divided by n); all 0 past lag 0 for a constant
/// series.
std::vector<double> autocorrelation(const std::vector<double>& values, std::size_t max_lag);

}  // namespace leakrig::stats
