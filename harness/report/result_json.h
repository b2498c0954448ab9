#pragma once

#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// A metric's object in result.json.
nlohmann::json metric_json(const MetricAnalysis& metric);

/// result.json, schema "leakrig/result/1".
nlohmann::json result_json(const Analysis& analysis);

}  // namespace leakrig
