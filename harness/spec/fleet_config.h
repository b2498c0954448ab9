#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

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

struct FleetConfig {
  std::size_t containers = 8;  ///< 0..20000
  std::uint64_t seed = 1;
  LogConfig logs;
  std::optional<ChurnConfig> churn;
};

}  // namespace leakrig
