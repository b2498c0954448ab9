#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "harness/collector/config.h"

namespace leakrig {

/// A log stream that is open, whether or not the program still knows of it. Any thread.
class OpenStream {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit OpenStream(TimePoint opened) : last_read_(opened) {}
  /// Ends its request when cancelled.
  std::stop_token token() const { return source_.get_token(); }
  void cancel() { source_.request_stop(); }
  bool cancelled() const { return source_.stop_requested(); }
  void note_read(TimePoint now) { last_read_.store(now, std::memory_order_relaxed); }
  TimePoint last_read() const { return last_read_.load(std::memory_order_relaxed); }

 private:
  std::stop_source source_;
  std::atomic<TimePoint> last_read_;
};

/// The log streams of a container monitor, and the fixes that get hold of forgotten ones: a limit, rotation
/// and an idle time-out. Without any of the fixes it keeps none, as a program that has no list of its
/// streams. Threads "rotate" and "idle-reaper" where asked for. Any thread.
class StreamRegistry {
 public:
  /// `config` in wall time.
  explicit StreamRegistry(const ContainerMonitorConfig& config);

  /// Leave to open a stream. Null at the limit where that refuses; where it evicts, the oldest stream is
  /// cancelled to make room.
  std::shared_ptr<OpenStream> admit();
  /// The stream has been closed; one that is dropped unclosed stays.
  void closed(const std::shared_ptr<OpenStream>& stream);
  std::size_t size() const;

  // What the threads do:
  void cancel_all();
  /// Cancels those that nobody has read from since `moment`.
  void cancel_unread_since(OpenStream::TimePoint moment);

 private:
  bool keeps_streams() const;

  const StreamLimit limit_;
  const Nanos rotate_every_;
  const Nanos idle_timeout_;
  mutable std::mutex mutex_;
  std::list<std::shared_ptr<OpenStream>> streams_;  // under mutex_; the oldest first
  std::optional<std::jthread> rotation_;
  std::optional<std::jthread> reaper_;
};

}  // namespace leakrig
