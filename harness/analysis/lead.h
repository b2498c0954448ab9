#pragma once

#include <string>
#include <string_view>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// How bad a verdict is: 3 for a leak, then capped, inconclusive, and 0 for stable.
int severity_of(MetricVerdict verdict);

/// The verdict of that name in result.json; `inconclusive` for any other.
MetricVerdict verdict_named(std::string_view name);

/// The metric that everything said of a variant leads with. Of the judged metrics with the worst verdict it
/// is the first in the catalogue's order (what names code best) whose rate, in tolerances, is at least half
/// the highest of them: two goroutines a connection lead its one socket, and a thousand descriptors a minute
/// lead three threads. Of stable ones it is a backlog where there is one, else the first. Of a variant in
/// which nothing is judged it is the first metric; empty without metrics.
std::string choose_lead(const VariantAnalysis& variant);

}  // namespace leakrig
