#pragma once

#include <atomic>
#include <cstdint>

namespace leakrig {

/// What other threads may read while the daemon serves.
struct LiveCounters {
  std::atomic<std::uint64_t> open_connections{0};
  std::atomic<std::uint64_t> open_streams{0};
  std::atomic<std::uint64_t> running_containers{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> lines_sent{0};
  std::atomic<std::uint64_t> lines_late{0};
};

}  // namespace leakrig
