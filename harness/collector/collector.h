#pragma once

#include "harness/collector/config.h"

namespace leakrig {

/// The built-in subject: collects the logs of every running container and pushes them to Loki, with the
/// structure of the investigated program and, on request, its defects. Runs as a process of its own, which it
/// takes over: raises the descriptor limit, blocks SIGTERM and SIGINT in every thread, prints one line
/// "ready" on standard output once every container that runs has its stream (at once without a monitor), and
/// serves until one of the two signals. It retries while Docker or Loki is away. Then the process exits at
/// once with status 0, whatever is stuck: that is the end of leaked threads, as it is in Go, so this returns
/// only when the start fails (with the status to exit with). Throws UsageError for a docker_host or loki_url
/// that cannot be understood.
int run_collector(const CollectorConfig& config);

}  // namespace leakrig
