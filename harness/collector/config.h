#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/core/clock.h"

namespace leakrig {

/// The options of Go's http.Transport, with Go's meanings: 0 is "no limit" for max_conns_per_host and
/// max_idle_conns, 2 for max_idle_conns_per_host, "never" for the time-outs.
struct TransportConfig {
  bool disable_keep_alives = false;
  int max_conns_per_host = 0;
  int max_idle_conns = 100;
  int max_idle_conns_per_host = 2;
  Nanos idle_conn_timeout = std::chrono::seconds{90};
  Nanos response_header_timeout{0};
};

struct DockerConfig {
  int clients = 5;  ///< a pool; each has a transport of its own
  TransportConfig transport;
  Nanos health_check_every = std::chrono::seconds{30};
};

struct LokiConfig {
  bool enabled = true;
  TransportConfig transport;
  Nanos batch_wait = std::chrono::seconds{1};
  int batch_lines = 500;
  Nanos retry_wait = std::chrono::seconds{1};  ///< doubles to ten times this; not in the JSON
};

struct ContainerMonitorConfig {
  bool enabled = true;
  bool follow = true;  ///< false: polls each container every `poll_every`
  Nanos discover_every = std::chrono::seconds{10};
  Nanos heartbeat_every = std::chrono::seconds{30};
  Nanos reopen_every{0};        ///< 0: a stream is replaced only after an error or its end
  bool close_on_reopen = true;  ///< false is the investigated defect: the old stream is dropped unclosed
  Nanos poll_every = std::chrono::seconds{10};
  Nanos retry_wait = std::chrono::seconds{1};  ///< doubles to ten times this; not in the JSON
};

/// The built-in subject's configuration: a scenario's "subject.collector" with what the rig adds. Durations
/// are scenario time.
struct CollectorConfig {
  DockerConfig docker;
  LokiConfig loki;
  ContainerMonitorConfig container_monitor;
  int background_threads = 16;
  double planted_leak_per_min = 0;                          ///< threads leaked on purpose, evenly; 0: none
  std::string docker_host = "unix:///var/run/docker.sock";  ///< unix:///PATH or tcp://HOST:PORT
  std::string loki_url;                                     ///< http://HOST:PORT
  double time_scale = 1;
};

/// Absent keys keep their defaults. Throws UsageError naming the JSON pointer for an unknown key or a wrong
/// value.
CollectorConfig collector_config_from_json(const nlohmann::json& object);
nlohmann::json to_json(const CollectorConfig& config);

/// The same with every duration divided by time_scale and every rate multiplied by it; it becomes 1.
CollectorConfig in_wall_time(const CollectorConfig& config);

}  // namespace leakrig
