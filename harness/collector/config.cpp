#include "harness/collector/config.h"

#include <algorithm>
#include <vector>

namespace leakrig {

CollectorConfig in_wall_time(const CollectorConfig& config) {
  auto wall = config;
  auto& monitor = wall.container_monitor;
  std::vector<Nanos*> durations{&wall.docker.transport.idle_conn_timeout,
                                &wall.docker.transport.response_header_timeout,
                                &wall.docker.unused_transport.idle_conn_timeout,
                                &wall.docker.unused_transport.response_header_timeout,
                                &wall.docker.health_check_every,
                                &wall.loki.transport.idle_conn_timeout,
                                &wall.loki.transport.response_header_timeout,
                                &wall.loki.batch_wait,
                                &monitor.discover_every,
                                &monitor.heartbeat_every,
                                &monitor.reopen_every,
                                &monitor.poll_every,
                                &wall.loki.retry_wait,
                                &monitor.retry_wait,
                                &monitor.rotate_every,
                                &monitor.stream_idle_timeout};
  for (auto& defect : wall.defects) durations.push_back(&defect.every);
  for (auto* duration : durations) {
    const auto scaled = from_seconds(to_seconds(*duration) / config.time_scale);
    // Zero means "never", which a very short duration must not become.
    *duration = *duration > Nanos{0} ? std::max(scaled, Nanos{1}) : Nanos{0};
  }
  wall.planted_leak_per_min *= config.time_scale;
  wall.time_scale = 1;
  return wall;
}

}  // namespace leakrig
