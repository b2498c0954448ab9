#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "harness/collector/container_follower.h"
#include "harness/collector/container_observer.h"
#include "harness/collector/fixes/stream_registry.h"

namespace leakrig {

/// Finds the running containers and keeps a ContainerFollower for each: a thread "discover" that lists them
/// on a schedule. Of a shared pool a thread "health" for each client pings the daemon. Of an exclusive one a
/// single "health" inspects each container in turn with a client of its own each time, and a thread "events"
/// keeps the daemon's events open on the client that also lists. Stops them all when destroyed.
class ContainerMonitor {
 public:
  /// `config` and `docker` in wall time. What is passed by reference must outlive this. `on_ready` is called
  /// once, from the discover thread, when the first list has been answered and its containers have their
  /// followers. `observers` are told of containers that come and go.
  ContainerMonitor(const ContainerMonitorConfig& config, const DockerConfig& docker, DockerPool& pool,
                   LogSink& sink, Nanos since_epoch, std::function<void()> on_ready,
                   std::vector<ContainerObserver*> observers = {});
  ~ContainerMonitor();
  ContainerMonitor(const ContainerMonitor&) = delete;
  ContainerMonitor& operator=(const ContainerMonitor&) = delete;

 private:
  void start_client_checks(Nanos every);
  void discover(const std::stop_token& stop);
  void check_client(DockerClient& client, const Cadence& schedule, const std::stop_token& stop);
  void check_containers(Nanos every, const std::stop_token& stop);
  void watch_events(const std::stop_token& stop);
  void update(const std::vector<ContainerSummary>& running);
  void drop_stopped(const std::vector<ContainerSummary>& running);
  std::size_t free_slot() const;

  const ContainerMonitorConfig config_;
  DockerPool& pool_;
  LogSink& sink_;
  const Cadence::TimePoint started_;
  const Nanos since_;
  std::function<void()> on_ready_;
  const std::vector<ContainerObserver*> observers_;
  StreamRegistry streams_;
  std::optional<ClientLease> lister_;  ///< of an exclusive pool
  std::mutex mutex_;
  std::vector<std::string> running_;  // under mutex_; ids, as last listed
  std::map<std::string, std::unique_ptr<ContainerFollower>>
      followers_;                                              // the discover thread's, by container id
  std::vector<std::unique_ptr<ContainerFollower>> forgotten_;  // the discover thread's
  std::map<std::string, ResumePoint> collected_to_;  // the discover thread's, of containers that stopped
  std::vector<std::jthread> health_;
  std::jthread events_;
  std::jthread discover_;
};

}  // namespace leakrig
