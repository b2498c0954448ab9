#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <thread>

#include "harness/collector/cadence.h"
#include "harness/collector/config.h"
#include "harness/collector/docker_pool.h"
#include "harness/collector/fixes/stream_registry.h"
#include "harness/collector/loki_sink.h"
#include "harness/collector/resume_point.h"

namespace leakrig {

/// Collects one running container: a thread "follow" that reads its log and ships each line once, and a
/// thread "heartbeat". Ends both, and the stream it reads, when destroyed, whatever they wait for; streams
/// that it dropped unclosed stay.
class ContainerFollower {
 public:
  struct Context {
    const ContainerMonitorConfig& config;  ///< wall time
    DockerPool& pool;
    LogSink& sink;
    StreamRegistry& streams;
    Cadence::TimePoint started;  ///< origin of the schedules
    ResumePoint resume;          ///< nothing older is collected
  };
  /// What `context` refers to must outlive this. `slot`: which of the monitor's evenly spread schedules this
  /// one takes.
  ContainerFollower(const Context& context, ContainerSummary container, std::size_t slot);
  ~ContainerFollower();
  ContainerFollower(const ContainerFollower&) = delete;
  ContainerFollower& operator=(const ContainerFollower&) = delete;

  std::size_t slot() const { return slot_; }
  const ContainerSummary& container() const { return container_; }
  /// Where its log has been collected to. Only when the follower has been stopped.
  const ResumePoint& collected_to() const { return resume_; }
  /// Ends it, as the destructor does.
  void stop();
  /// The container has stopped, and only the heartbeat is told: the stream goes on for as long as the daemon
  /// lets it. Returns when the heartbeat has ended.
  void forget();

 private:
  /// `cancelled`: by a fix that ended it from outside, to be opened again at once.
  enum class Ended { replaced, broken, cancelled, stopped };

  void follow(const std::stop_token& stop);
  Ended follow_once(const std::stop_token& stop);
  void poll(const std::stop_token& stop);
  void beat(const std::stop_token& stop);
  std::optional<LogStream> open(const ClientLease& lease, bool follow, const std::stop_token& stop);
  Ended read_until(LogStream& stream, OpenStream* open, Exchange::Deadline deadline,
                   const std::stop_token& stop);
  bool know_tty(const ClientLease& lease, const std::stop_token& stop);
  Cadence cadence(Nanos every) const;

  const Context context_;
  const ContainerSummary container_;
  const std::size_t slot_;
  // The follow thread's:
  std::optional<bool> tty_;
  ResumePoint resume_;
  bool progressed_ = false;  ///< the current stream has brought a line

  std::jthread follower_;
  std::jthread heartbeat_;
};

}  // namespace leakrig
