#pragma once

#include <cstddef>

namespace leakrig {

/// Who serves log lines, as seen by what knows when containers live. LogStreams is the real one. Serving thread
/// only.
class LogFeed {
 public:
  virtual ~LogFeed() = default;
  /// The container has stopped: its followers get what is written and then a clean end.
  virtual void container_ended(std::size_t container) = 0;
  /// The container writes again after a pause.
  virtual void container_resumed(std::size_t container) = 0;
};

}  // namespace leakrig
