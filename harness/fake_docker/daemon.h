#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/fake_docker/event_hub.h"
#include "harness/fake_docker/execs.h"
#include "harness/fake_docker/fault_engine.h"
#include "harness/fake_docker/images.h"
#include "harness/fake_docker/list_cache.h"
#include "harness/fake_docker/log_streams.h"
#include "harness/fake_docker/message.h"
#include "harness/fake_docker/request_ledger.h"
#include "harness/fleet/fleet.h"

namespace leakrig {

struct ApiWindow {
  ApiMinor least = 24;
  ApiMinor most = 48;
};

/// What the control endpoint reaches beyond the daemon's state; empty where there is none.
struct ControlHooks {
  bool enabled = false;
  std::function<void()> faults_changed;
  std::function<void(Nanos down_for)> restart;  ///< after the answer has gone out
  std::function<void(const std::function<void(const OpenRequest&)>&)> each_session;
};

/// The state behind the API: what every handler works on. Serving thread only, but for `counters`.
class Daemon {
 public:
  Daemon(boost::asio::io_context& io, const FleetConfig& config, const ScenarioClock& clock, LedgerSink& sink,
         ApiWindow api_window, FaultEngine fault_engine, std::function<void(HandedConnection)> resume);

  boost::asio::io_context& io;
  const ScenarioClock& clock;
  const ApiWindow api;
  LiveCounters counters;
  Fleet fleet;
  FaultEngine faults;
  RequestLedger ledger;
  EventHub events;
  LogStreams logs;
  ListCache lists;
  Images images;
  Execs execs;
  ControlHooks control;

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
  /// By Docker's lookup rules; throws ApiError 404 or 400.
  std::size_t find(std::string_view reference) const;
  Nanos monotonic() const;
  /// RFC 3339 with nanoseconds, in wall-clock time.
  std::string wire_time(Nanos scenario_time) const;
  /// Drops the log streams and stops the timers; the rest of the connections is the sessions'.
  void shut_down();

 private:
  void arm();

  bool stopped_ = false;
  bool holds_streams_ = false;
  boost::asio::steady_timer change_timer_;
};

}  // namespace leakrig
