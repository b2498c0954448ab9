#pragma once

#include <string>
#include <vector>

namespace leakrig {

/// What log sinks there are, by the names that stand in {sink_url:NAME}: loki, elasticsearch, otlp, splunk,
/// datadog and http over HTTP; fluentd (the forward protocol), syslog and lines over TCP and UDP.
const std::vector<std::string>& sink_kinds();

}  // namespace leakrig
