#include "harness/core/sink_kinds.h"

namespace leakrig {

const std::vector<std::string>& sink_kinds() {
  static const std::vector<std::string> kKinds{"loki", "elasticsearch", "otlp",   "splunk", "datadog",
                                               "http", "fluentd",       "syslog", "lines"};
  return kKinds;
}

}  // namespace leakrig
