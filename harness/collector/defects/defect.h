#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "harness/collector/config.h"
#include "harness/collector/container_observer.h"
#include "harness/collector/endpoint.h"

namespace leakrig {

class DockerPool;
class GoRuntime;

/// Work that the collector does besides collecting, in which a defect lives. Its destruction ends what it has
/// started, except what it leaked.
class Activity {
 public:
  virtual ~Activity() = default;
  /// What it must be told of containers that come and go; null: nothing.
  virtual ContainerObserver* observer() { return nullptr; }
};

/// What an activity works with. Durations are wall time; everything referred to outlives the activity.
struct ActivityContext {
  const Endpoint& docker;
  const TransportConfig& transport;  ///< of the Docker clients
  DockerPool& pool;
  GoRuntime& runtime;
  Nanos every{0};
  bool planted = true;  ///< false: the clean twin, which does the same work and gives back what it took
};

/// A way to leak that was seen in a real program. Each is one file in this folder and one row of defects().
struct Defect {
  std::string_view name;
  std::string_view mechanism;  ///< what the program does, for people
  std::string_view seen_in;    ///< public reports of it
  std::string_view grows;      ///< "threads, sockets, fds", "memory"; "nothing" for a defect that only costs
  /// The switch: a pointer below subject.collector, and the value that plants the defect. The other value is
  /// its clean twin.
  std::string_view pointer;
  bool planted_value = true;
  /// The activity it lives in; null where it is an option of a component that is there anyway.
  std::unique_ptr<Activity> (*start)(const ActivityContext& context) = nullptr;

  bool is_activity() const { return start != nullptr; }
};

/// Every defect that the collector has, in the order in which documentation lists them.
std::span<const Defect* const> defects();
/// Null if there is none of that name.
const Defect* find_defect(std::string_view name);

// One file each:
extern const Defect kBlockedSender;
extern const Defect kBodyNotDrained;
extern const Defect kClientPerRetry;
extern const Defect kErrorBodyNotClosed;
extern const Defect kEventsResubscribed;
extern const Defect kHeartbeatNotStopped;
extern const Defect kListenerNotRemoved;
extern const Defect kLokiClientPerPush;
extern const Defect kMapEntryNeverErased;
extern const Defect kPoolOverflow;
extern const Defect kPositionFileNotClosed;
extern const Defect kProbeSocketNotClosed;
extern const Defect kReopenStorm;
extern const Defect kReopenWithoutClose;
extern const Defect kStatsStreamPerPoll;
extern const Defect kStopWaitsForLine;
extern const Defect kStreamOutlivesContainer;
extern const Defect kTransportPerRequest;
extern const Defect kWorkerSpawnedWhileDown;

}  // namespace leakrig
