#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "harness/collector/exchange.h"
#include "harness/collector/http_halves.h"
#include "harness/core/fd.h"

namespace leakrig {

class ConnPool;
struct Endpoint;

/// A connection as Go's persistConn is one: a socket and two threads, "readLoop" and "writeLoop". The write
/// loop takes a request from the caller's hand, writes it and waits for the next. The read loop waits on the
/// socket; it parses the answer, hands the body over, and when the caller has read it to the end puts the
/// connection back into the pool and waits again, so that it notices a server that closes an idle connection.
/// A caller who neither reads to the end nor closes leaves the read loop waiting for him, for ever, with the
/// write loop and the socket: as in Go. Owned by GoRuntime. Any thread may call the public functions.
class PersistConn final : public std::enable_shared_from_this<PersistConn> {
 public:
  PersistConn(UniqueFd socket, const Endpoint& endpoint, std::shared_ptr<ConnPool> pool,
              bool disable_keep_alives);

  /// Starts both loops; false if the system has no threads left, and then the connection is dead.
  bool start();
  /// False if the connection is dead already: nothing was written.
  bool submit(std::shared_ptr<Exchange> exchange);
  /// Ends the connection and whatever waits on it. Only the first call counts.
  /// `retryable`: what waits on it may be tried on another connection, as not a byte was answered.
  void kill(const std::string& reason, bool retryable = false);
  /// The same, but only while the connection is busy with this exchange.
  void kill_exchange(const Exchange& exchange, const std::string& reason);
  bool dead() const;
  const std::string& key() const { return key_; }

  /// Both loops have returned (or never ran) and the socket is closed.
  bool ended() const { return running_.load() == 0; }
  /// Waits for both loops; to be called once, after kill().
  void join();

 private:
  void read_loop();
  void write_loop();
  bool serve_one(Exchange& exchange);
  std::shared_ptr<Exchange> current() const;
  bool release(bool reusable);
  void close_locked(const std::string& reason, bool retryable);
  void loop_ended();

  UniqueFd socket_;
  const std::string key_;
  const std::shared_ptr<ConnPool> pool_;
  const bool disable_keep_alives_;
  HttpHalves http_;
  BufferedSocket input_;  // the read loop's

  mutable std::mutex mutex_;
  std::condition_variable to_write_changed_;
  std::shared_ptr<Exchange> to_write_;  // under mutex_; for the write loop
  std::shared_ptr<Exchange> current_;   // under mutex_; awaiting its answer or its reader
  bool dead_ = false;                   // under mutex_

  std::atomic<int> running_{0};
  std::thread reader_;
  std::thread writer_;
};

}  // namespace leakrig
