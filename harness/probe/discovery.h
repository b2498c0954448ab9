#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/probe/listeners.h"

namespace leakrig {

/// Something that a program tells about itself over HTTP.
struct ServedEndpoint {
  enum class Kind {
    pprof,           ///< Go's net/http/pprof
    metrics,         ///< Prometheus or OpenMetrics text
    expvar,          ///< Go's expvar, JSON
    node_inspector,  ///< node --inspect
  };
  Kind kind = Kind::metrics;
  std::string url;
};
/// "Go's pprof", "a metrics page".
const char* describe(ServedEndpoint::Kind kind);

/// What a running program's listening sockets have to offer.
struct Discovery {
  std::vector<ListeningAddress> listeners;
  std::vector<ServedEndpoint> endpoints;
  /// The first address that serves none of these: most likely what the program is there for. Empty: none.
  std::string service_url;

  const ServedEndpoint* first(ServedEndpoint::Kind kind) const;
};

/// Asks each TCP address on which the processes `tree` listen for the pages that are known, with one GET
/// each; at most sixteen addresses. An address that does not speak HTTP is asked once. `timeout`: for one
/// answer.
Discovery discover(const std::vector<pid_t>& tree, Nanos timeout = std::chrono::seconds{1});

}  // namespace leakrig
