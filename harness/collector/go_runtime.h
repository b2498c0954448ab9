#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace leakrig {

class PersistConn;

/// Stands for the Go runtime: owns every connection until both of its loops have returned, whether or not
/// anybody still refers to it. A leaked connection is one that only this still owns. Must outlive every
/// Transport made with it.
class GoRuntime {
 public:
  GoRuntime();
  /// shutdown()
  ~GoRuntime();
  GoRuntime(const GoRuntime&) = delete;
  GoRuntime& operator=(const GoRuntime&) = delete;

  /// Starts the connection's loops and owns it; false if that failed. Joins the loops of connections that
  /// have ended.
  bool start(const std::shared_ptr<PersistConn>& conn);
  /// Connections whose loops run.
  std::size_t live_connections() const;
  /// Ends every connection and waits for its loops; callers that wait on one are woken with an error.
  void shutdown();

 private:
  void reap_locked();

  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<PersistConn>> conns_;  // under mutex_
  bool down_ = false;                                // under mutex_
};

}  // namespace leakrig
