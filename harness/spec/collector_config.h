#pragma once

#include <string>
#include <vector>

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

enum class Network { unix_socket, tcp };

/// Who may use a client of the pool at a time.
enum class Checkout {
  shared,     ///< anybody: each request takes the next client
  exclusive,  ///< one: a stream keeps its client while it is open, and where none is free a temporary one is made
};

struct DockerConfig {
  int clients = 5;  ///< a pool; each has a transport of its own
  Checkout checkout = Checkout::shared;
  bool close_temporary_clients = true;     ///< false is the defect pool_overflow
  Network network = Network::unix_socket;  ///< over which the rig offers its daemon
  TransportConfig transport;
  /// Of a transport that is made and that no request goes through, as connection_pool.go of the investigated
  /// program: what is switched here reaches nothing.
  TransportConfig unused_transport;
  Nanos health_check_every = std::chrono::seconds{30};
};

struct LokiConfig {
  bool enabled = true;
  TransportConfig transport;
  Nanos batch_wait = std::chrono::seconds{1};
  int batch_lines = 500;
  bool client_per_push = false;                ///< true is a defect: each push makes a transport of its own
  Nanos retry_wait = std::chrono::seconds{1};  ///< doubles to ten times this; not in the JSON
};

/// How many log streams may be open at a time, forgotten ones included.
struct StreamLimit {
  enum class AtLimit { refuse, evict_oldest };
  int max = 0;  ///< 0: no limit
  AtLimit at_limit = AtLimit::refuse;
};

struct ContainerMonitorConfig {
  bool enabled = true;
  bool follow = true;  ///< false: polls each container every `poll_every`
  Nanos discover_every = std::chrono::seconds{10};
  Nanos heartbeat_every = std::chrono::seconds{30};
  Nanos reopen_every{0};        ///< 0: a stream is replaced only after an error or its end
  bool close_on_reopen = true;  ///< false is the defect reopen_without_close: the old stream is dropped unclosed
  bool cancel_on_stop = true;   ///< false is a defect: a stream goes on when its container has stopped
  bool retry_backoff = true;    ///< false is a defect: a stream that ended is opened again at once
  Nanos poll_every = std::chrono::seconds{10};
  // The fixes that were proposed:
  StreamLimit stream_limit;
  Nanos rotate_every{0};         ///< all streams, known or forgotten, are ended and reopened; 0: never
  bool rotate_awaits_heartbeat = false;  ///< true: as rotation was published; see ContainerFollower::follow
  Nanos stream_idle_timeout{0};  ///< ends a stream that nobody has read from for so long; 0: never
  Nanos retry_wait = std::chrono::seconds{1};  ///< doubles to ten times this; not in the JSON
};

/// An activity with a defect in it (defects/defect.h).
struct DefectConfig {
  std::string name;
  bool planted = true;  ///< false: its clean twin
  Nanos every = std::chrono::seconds{4};
};

/// The built-in subject's configuration: a scenario's "subject.collector" with what the rig adds. Durations
/// are scenario time.
struct CollectorConfig {
  DockerConfig docker;
  LokiConfig loki;
  ContainerMonitorConfig container_monitor;
  std::vector<DefectConfig> defects;
  int background_threads = 16;
  double planted_leak_per_min = 0;                          ///< threads leaked on purpose, evenly; 0: none
  std::string docker_host = "unix:///var/run/docker.sock";  ///< unix:///PATH or tcp://HOST:PORT
  std::string loki_url;                                     ///< http://HOST:PORT
  double time_scale = 1;
};

}  // namespace leakrig
