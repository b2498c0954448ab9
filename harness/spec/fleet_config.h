#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// What a container writes.
struct LogConfig {
  double lines_per_s = 2;          ///< per scenario second, 0..10000
  std::size_t bytes = 120;         ///< of a line with its newline, 48..65536; never shorter than its marker
  bool tty = false;                ///< raw stream without frames
  std::uint64_t stderr_every = 0;  ///< each Nth line goes to stderr; 0: none does
  std::uint64_t history = 0;       ///< lines already written at scenario time 0
};

/// Containers that die by themselves and come back.
struct ChurnConfig {
  Nanos lifetime{0};  ///< > 0; the mean, or each one's where `even`
  Nanos restart_after = std::chrono::seconds{5};
  /// Every life is as long as the mean, and the first deaths are spread over a whole cycle, so that about the
  /// same number run at any time after that. Else lives are exponentially distributed.
  bool even = false;
};

/// Containers of a fleet that are alike.
struct FleetGroup {
  std::size_t containers = 1;
  std::string name;   ///< each is NAME-1, NAME-2, ...; unique among the groups
  std::string image;  ///< empty: "NAME:latest"
  std::map<std::string, std::string> labels;
  std::vector<std::string> ports;         ///< "80", "53/udp", and published "8080:80": the next container's is 8081
  std::string health = "none";            ///< or "starting", "healthy", "unhealthy": as long as it runs
  std::string log_driver = "json-file";   ///< logs of "none", "syslog" and others cannot be read
  LogConfig logs;                         ///< what a scenario does not say is as the fleet has it; so is `churn`
  std::optional<ChurnConfig> churn;
};

struct FleetConfig {
  std::size_t containers = 8;  ///< 0..20000, those of groups included
  std::uint64_t seed = 1;
  LogConfig logs;
  std::optional<ChurnConfig> churn;
  std::vector<FleetGroup> groups;  ///< the fleet's first containers, in this order
};

}  // namespace leakrig
