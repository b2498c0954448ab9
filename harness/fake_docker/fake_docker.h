#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"
#include "harness/spec/fault_config.h"
#include "harness/spec/fleet_config.h"
#include "harness/tls/tls_context.h"

namespace leakrig {

class Interventions;

struct FakeDockerOptions {
  std::filesystem::path socket;  ///< a Unix socket, mode 0600, unlinked at the end; empty: none
  /// "127.0.0.1:0": TCP; empty: none. On loopback only, unless `tls` verifies clients.
  std::string listen;
  std::optional<TlsFiles> tls;  ///< TCP is over TLS
  std::string engine = "27.5";  ///< which release it says it is, and by default its API versions: 20.10, 24, 27.5, 28 or 29
  std::string min_api;          ///< "1.24"; empty: the engine's
  std::string max_api;
  bool listen_ports = false;  ///< listen on what clients' containers publish: accepted, and closed
  bool control = false;  ///< serve /leakrig/: faults at run time, and the live ledger
  std::vector<FaultConfig> faults;
  /// Scenario time that the faults' windows count from; nothing: they wait for set_fault_origin().
  std::optional<Nanos> fault_origin = Nanos{0};
};

/// A Docker daemon with no containers behind it: serves a fleet over the Engine API, on one thread of its
/// own. Log lines, events and deaths happen as the scenario clock says; nothing is stored a line.
class FakeDocker {
 public:
  /// Binds and serves. `clock` and `ledger` must outlive this; `ledger` is called from the serving thread.
  /// Throws UsageError for options that make no sense, Error if a socket cannot be had (another daemon lives
  /// there).
  FakeDocker(const FakeDockerOptions& options, const FleetConfig& fleet, const ScenarioClock& clock,
             LedgerSink& ledger);
  /// Closes every connection, joins the thread and unlinks the socket.
  ~FakeDocker();
  FakeDocker(const FakeDocker&) = delete;
  FakeDocker& operator=(const FakeDocker&) = delete;

  /// "unix:///run/x.sock" where there is a Unix socket, else "tcp://127.0.0.1:4243".
  std::string docker_host() const;
  /// "127.0.0.1:4243"; empty without TCP.
  std::string tcp_address() const;

  /// Stops every container, for the end of an experiment: clients see them die, but the log, stats and attach
  /// streams that they have not closed stay open and silent, where dockerd would end them. So what a client
  /// has forgotten stays to be seen. Returns when it is done. Any thread but the ledger's callback.
  void stop_fleet();
  /// T+0, which the windows of faults count from. Any thread.
  void set_fault_origin(Nanos scenario_time);

  /// What can be made to happen to it while it serves.
  Interventions& interventions();

  struct Counters {
    std::uint64_t open_connections = 0;
    std::uint64_t open_streams = 0;  ///< answers under way: log streams and event streams
    std::uint64_t running_containers = 0;
    std::uint64_t connections = 0;  ///< accepted so far
    std::uint64_t refused = 0;      ///< of them answered 503 or closed, for want of descriptors
    std::uint64_t requests = 0;
    std::uint64_t lines_sent = 0;
    std::uint64_t lines_late =
        0;  ///< sent more than 50 ms (wall) after they were due, the reader being ready
  };
  /// Any thread.
  Counters counters() const;
  /// By container name, the lines due in (from, to]. Any thread but the ledger's callback; waits for the
  /// serving thread.
  std::map<std::string, SequenceRange> lines_written(Nanos from, Nanos to) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leakrig
