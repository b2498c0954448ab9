#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/fake_docker/logs/log_streams.h"
#include "harness/spec/fault_config.h"

namespace boost::asio {
class io_context;
}

namespace leakrig {

class Daemon;
class Sessions;

/// Something that is done to a container.
enum class ContainerAction { start, stop, kill, restart, pause, unpause, remove };

/// What can be made to happen to a fake Docker while it serves, as its own API or a fault would have it: for whoever
/// counts what each occurrence leaves behind. Names of containers that are not there are left out. Any thread but the
/// ledger's callback; each call waits until the serving thread has done it.
class Interventions {
 public:
  /// What it acts on; all outlive this.
  struct Reach {
    boost::asio::io_context& io;
    Daemon& daemon;
    LogStreams& logs;
    Sessions& sessions;
    std::function<void(Nanos down_for)> restart;
  };
  explicit Interventions(Reach reach) : reach_(std::move(reach)) {}

  /// By name, of those that run.
  std::vector<std::string> running();
  /// `remove` is by force.
  void act(ContainerAction action, const std::vector<std::string>& containers);
  void rename(const std::string& container, const std::string& name);
  /// A new container of a service, running.
  void create(const std::string& name);

  /// Streams that follow these containers' logs end; also those that a fault has slowed.
  void break_log_streams(const std::vector<std::string>& containers, StreamBreak how);
  /// Connections with an answer to such a request under way are closed: a shell pattern over endpoints.
  void break_answers(const std::string& endpoint);
  /// So many events that mean nothing, all at once.
  void flood_events(std::size_t count);

  /// A fault for the next `times` requests that match it.
  void stage(const FaultConfig& fault, std::uint64_t times);
  void unstage();
  /// Requests that staged faults have hit so far.
  std::uint64_t staged_hits();

  /// Drops every connection; the socket is replaced `down_for` (scenario time) later.
  void restart(Nanos down_for);

 private:
  void on_serving_thread(const std::function<void()>& what);

  Reach reach_;
};

}  // namespace leakrig
