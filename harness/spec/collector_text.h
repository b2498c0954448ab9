#pragma once

#include <string>

#include "harness/spec/collector_config.h"

namespace leakrig {

/// The built-in collector's configuration as JSON: a scenario's "subject.collector" with docker_host,
/// loki_url and time_scale, every default written out. It is how the rig tells the collector's process.
std::string collector_text(const CollectorConfig& config);

/// Reads it. Absent keys keep their defaults. Throws ScenarioError naming each place that is wrong, JsonError
/// where it is not JSON; `source` stands for the file in messages.
CollectorConfig parse_collector(const std::string& text, const std::string& source);

}  // namespace leakrig
