#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "harness/collector/config.h"

namespace leakrig {

class GoRuntime;
class PersistConn;
struct Endpoint;

/// The pool of one Transport: idle connections by scheme and host, the limits, and the queue of requests that
/// wait for a connection under max_conns_per_host. It lives as long as the Transport or one of its
/// connections: a dropped Transport leaves its idle connections as they are, as in Go. Any thread. Simpler
/// than Go in one point: a request that found no idle connection dials itself and takes that connection,
/// though another may have become idle meanwhile.
class ConnPool : public std::enable_shared_from_this<ConnPool> {
 public:
  /// Durations of `config` are wall time. `runtime` must outlive the pool.
  ConnPool(const TransportConfig& config, GoRuntime& runtime) : config_(config), runtime_(runtime) {}

  struct Lease {
    std::shared_ptr<PersistConn> conn;
    bool reused = false;
    std::string error;  ///< why there is none
  };
  /// An idle connection, a new one, or, at max_conns_per_host, the next that becomes free: waits for it in
  /// turn, for ever unless `stop`. `fresh`: never an idle one.
  Lease acquire(const Endpoint& endpoint, const std::stop_token& stop);
  /// Closes every idle connection, and until acquire() is called again each that would become one, as Go
  /// does.
  void close_idle();

  // For the connections:
  /// False if the pool does not want it.
  bool put_idle(const std::shared_ptr<PersistConn>& conn);
  /// False if it is in use.
  bool remove_idle(const PersistConn& conn);
  std::optional<std::chrono::steady_clock::time_point> idle_deadline(const PersistConn& conn) const;
  void connection_closed(const PersistConn& conn);

  std::size_t idle() const;
  /// Requests in the queue for a connection.
  std::size_t waiting() const;

 private:
  struct Idle {
    std::shared_ptr<PersistConn> conn;
    std::optional<std::chrono::steady_clock::time_point> deadline;
  };
  /// A request in the queue: it is given a connection, or leave to dial one.
  struct Waiter {
    std::shared_ptr<PersistConn> conn;
    bool may_dial = false;
  };
  struct Host {
    int connections = 0;
    std::deque<Waiter*> waiting;
  };

  Lease wait_in_queue(std::unique_lock<std::mutex>& lock, Host& host, const std::stop_token& stop,
                      bool& may_dial);
  Lease dial_new(const Endpoint& endpoint);
  void release_slot_locked(const std::string& key);

  const TransportConfig config_;
  GoRuntime& runtime_;
  mutable std::mutex mutex_;
  std::condition_variable_any given_;
  bool closes_idle_ = false;           // under mutex_
  std::list<Idle> idle_;               // under mutex_; the longest idle first
  std::map<std::string, Host> hosts_;  // under mutex_; never erased, so a Host may be held across a wait
};

}  // namespace leakrig
