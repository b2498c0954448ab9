#pragma once

#include <string>
#include <vector>

namespace leakrig {

/// One value of a scenario, tried with several settings.
struct SweepRequest {
  std::string pointer;              ///< "/fleet/containers"
  std::vector<std::string> values;  ///< JSON text
};

/// "/fleet/containers=1,2,4": values are JSON, or else strings. Throws UsageError when it is not of that form, has
/// fewer than two values, or one twice.
SweepRequest parse_sweep_option(const std::string& option);

}  // namespace leakrig
