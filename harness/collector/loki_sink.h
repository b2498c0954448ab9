#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "harness/collector/config.h"
#include "harness/collector/go_transport.h"
#include "harness/core/clock.h"

namespace leakrig {

/// A line on its way out.
struct ShippedLine {
  std::string container;
  Nanos epoch{0};
  std::string text;
};

/// Where collected lines go. Any thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  /// Blocks while the sink is full; false when `stop` ended the wait, and then the line is lost.
  virtual bool push(ShippedLine line, const std::stop_token& stop) = 0;
};

/// The body of a push, a stream a container; lines keep their order.
std::string push_body(const std::vector<ShippedLine>& batch);

/// Batches lines and pushes them to Loki over a transport of its own, from one thread, "loki-send". A batch
/// goes when it is full or its first line is batch_wait old; it is tried until Loki takes it or says it never
/// will (4xx, then its lines are lost). Durations of `config` are wall time.
class LokiSink final : public LogSink {
 public:
  static constexpr std::size_t kQueueLines = 50'000;

  LokiSink(const LokiConfig& config, const Endpoint& endpoint, GoRuntime& runtime);
  /// Drops what is queued.
  ~LokiSink() override;

  bool push(ShippedLine line, const std::stop_token& stop) override;

 private:
  void send_loop(const std::stop_token& stop);
  std::vector<ShippedLine> take_batch(const std::stop_token& stop);
  bool send(const std::string& body, const std::stop_token& stop);

  const LokiConfig config_;
  const Endpoint endpoint_;
  GoRuntime& runtime_;
  GoTransport transport_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<ShippedLine> queue_;                        // under mutex_
  std::chrono::steady_clock::time_point batch_started_;  // under mutex_; when the queue's first line came
  std::jthread sender_;
};

/// The sink when Loki is off.
class NullSink final : public LogSink {
 public:
  bool push(ShippedLine, const std::stop_token&) override { return true; }
};

}  // namespace leakrig
