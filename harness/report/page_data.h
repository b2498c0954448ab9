#pragma once

#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"
#include "harness/report/page_limits.h"

namespace leakrig {

/// What the page draws, schema "leakrig/page/1" (harness/report/page/ reads it). Every text in it is
/// printable; the page puts it in as text only.
nlohmann::json page_data(const Analysis& analysis, const PageLimits& limits = {});

}  // namespace leakrig
