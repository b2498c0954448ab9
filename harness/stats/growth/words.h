#pragma once

#include <string>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// An amount of the values as reasons say it: "12.5", or "3.2 MiB" where they are bytes.
std::string say_amount(double amount, const GrowthOptions& options);

/// A rate as reasons say it, in the unit of time that has digits for this span: "4.2/min", "0.5 MiB/h".
std::string say_rate(double per_min, double span_minutes, const GrowthOptions& options);

/// A point or a length of the series' time: "2.5 min", or "2500 requests".
std::string say_moment(double minutes, const GrowthOptions& options);
/// A short one: "10 s", or "170 requests".
std::string say_period(double minutes, const GrowthOptions& options);

}  // namespace leakrig::stats
