#pragma once

#include "harness/spec/collector_config.h"

namespace leakrig {

/// The same with every duration divided by time_scale and every rate multiplied by it; it becomes 1.
CollectorConfig in_wall_time(const CollectorConfig& config);

}  // namespace leakrig
