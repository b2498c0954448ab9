#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/fake_docker/faults/fault_engine.h"
#include "harness/core/memory_budget.h"
#include "harness/fake_docker/http/message.h"
#include "harness/fake_docker/logs/log_feed.h"
#include "harness/fake_docker/state/api_window.h"
#include "harness/fake_docker/state/event_hub.h"
#include "harness/fake_docker/state/exec_store.h"
#include "harness/fake_docker/state/image_store.h"
#include "harness/fake_docker/state/list_cache.h"
#include "harness/fake_docker/state/network_store.h"
#include "harness/fake_docker/state/output_signal.h"
#include "harness/fake_docker/state/port_listeners.h"
#include "harness/fake_docker/state/request_ledger.h"
#include "harness/fake_docker/state/volume_store.h"
#include "harness/fleet/fleet.h"

namespace boost::asio {
class io_context;
}

namespace leakrig {

/// What the control endpoint reaches beyond the daemon's state; empty where there is none.
struct ControlHooks {
  bool enabled = false;
  std::function<void()> faults_changed;
  std::function<void(Nanos down_for)> restart;  ///< after the answer has gone out
  std::function<void(const std::function<void(const OpenRequest&)>&)> each_open;
};

/// The state behind the API: what every handler works on. Serving thread only, but for `counters`.
class Daemon {
 public:
  Daemon(boost::asio::io_context& io, const FleetConfig& config, const ScenarioClock& clock, LedgerSink& sink,
         ApiWindow api_window, FaultEngine fault_engine);
  ~Daemon();

  boost::asio::io_context& io;
  const ScenarioClock& clock;
  const ApiWindow api;
  LiveCounters counters;
  Fleet fleet;
  FaultEngine faults;
  RequestLedger ledger;
  EventHub events;
  ListCache lists;
  ImageStore images;
  ExecStore execs;
  OutputSignal output;
  NetworkStore networks;
  VolumeStore volumes;
  PortListeners ports;
  bool listens_on_ports = false;  ///< on those that clients' containers publish
  unsigned first_free_port = 32768;  ///< of those that are given to whoever names none
  ControlHooks control;
  MemoryBudget bodies{64U << 20U};    ///< requests that have not come whole
  MemoryBudget answers{256U << 20U};  ///< long answers, each until its last reader has it

  /// Who is told when containers end and resume; must outlive this, or be taken back with nullptr.
  void set_log_feed(LogFeed* feed) { log_feed_ = feed; }
  /// Lets happen what is due by now.
  void advance();
  /// Publishes what an action has done, and ends the streams of containers that stopped.
  void announce(const std::vector<LifecycleEvent>& happened);
  /// Stops every container and holds open what streams from them.
  void stop_fleet();
  /// Whether the whole fleet was stopped.
  bool holds_streams() const { return holds_streams_; }
  /// An event of a container that is not one of its lifecycle ("exec_create: ls"), or of anything else.
  void publish(std::string type, std::string action, std::string id,
               std::map<std::string, std::string> attributes);
  /// The same of a container, with its attributes and these.
  void publish_of(std::size_t container, std::string action, std::map<std::string, std::string> attributes = {});
  /// Tells who listens what containers have said, and sees to it that what is due next happens. To be called after
  /// anything was done to the fleet that announce() is not told of.
  void settle();
  /// By Docker's lookup rules; throws ApiError 404 or 400.
  std::size_t find(std::string_view reference) const;
  Nanos monotonic() const;
  /// RFC 3339 with nanoseconds, in wall-clock time.
  std::string wire_time(Nanos scenario_time) const;
  /// Stops the timers; the connections are the sessions' and the log streams'.
  void shut_down();

 private:
  struct Timer;
  void arm();
  void advance_execs(Nanos now);
  /// What networks and volumes tell of a container's start and end.
  void publish_around(const LifecycleEvent& change);
  void publish_change(const LifecycleEvent& change);

  bool stopped_ = false;
  bool holds_streams_ = false;
  LogFeed* log_feed_ = nullptr;
  std::unique_ptr<Timer> change_timer_;
};

}  // namespace leakrig
