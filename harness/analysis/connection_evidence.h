#pragma once

#include <string>
#include <vector>

#include "harness/analysis/connections.h"

namespace leakrig {

struct AttributionRow;
struct MetricAnalysis;

/// The subject's growth joined with the servers' connections: what grows in step with connections that stay.
struct ConnectionEvidence {
  std::string metric;
  double metric_growth = 0;
  std::vector<ConnectionGroup> groups;  ///< that grew, the largest growth first; never empty
  double connections = 0;               ///< their growth together
  /// The subject's groups in step: "readLoop", a stack. Empty where the metric itself grew by a whole number a
  /// connection.
  std::vector<std::string> parts;
  double explained = 0;  ///< of metric_growth
};

/// For each metric that grows, the connections that grow with it; only where there are such.
std::vector<ConnectionEvidence> join_connections(const std::vector<MetricAnalysis>& metrics,
                                                 const std::vector<AttributionRow>& attribution,
                                                 const ConnectionCensus& census);

}  // namespace leakrig
