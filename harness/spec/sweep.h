#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace leakrig {

/// One value of a scenario, tried with several settings.
struct SweepRequest {
  std::string pointer;  ///< "/fleet/containers"
  std::vector<nlohmann::json> values;
};

/// "/fleet/containers=1,2,4": values are JSON, or else strings. Throws UsageError when it is not of that form, has
/// fewer than two values, or one twice.
SweepRequest parse_sweep_option(const std::string& option);

/// The scenario of its reference alone, once for each value: variants "containers=1", "containers=2", ..., of which the
/// first is the reference; nothing is expected of any. What is swept stays in the document under "sweep", for the
/// report. `document` need not be valid yet.
void expand_sweep(nlohmann::ordered_json& document, const SweepRequest& sweep);

}  // namespace leakrig
