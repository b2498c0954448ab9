#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "harness/core/clock.h"
#include "harness/core/fd.h"
#include "harness/core/sparse_notice.h"

namespace leakrig {

/// A bound and listening socket.
struct BoundSocket {
  UniqueFd fd;
  std::filesystem::path unix_path;  ///< to unlink at the end; empty for TCP
  std::string tcp_address;  ///< "127.0.0.1:4243" with the port that was given; empty for a Unix socket
};

/// Mode 0600. A socket file that nobody serves is replaced; throws Error if somebody does, or if the path is
/// something else.
BoundSocket bind_unix(const std::filesystem::path& path);
/// `address` is "127.0.0.1:PORT"; anything but loopback throws UsageError, a taken port Error.
BoundSocket bind_tcp(const std::string& address);

/// Accepts until destroyed. Out of descriptors it answers 503 with the one it keeps spare. Serving thread
/// only.
class Listener {
 public:
  struct Hooks {
    std::function<void(UniqueFd, pid_t peer_pid)> accepted;
    std::function<void()> refused;
  };
  Listener(boost::asio::io_context& io, BoundSocket bound, Hooks hooks);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  const BoundSocket& bound() const { return bound_; }
  void close();
  /// Stops listening; connects are refused, as the socket file stays.
  void go_down();
  /// Listens again, on a new socket at the same address; false if another has taken it.
  bool come_up();
  bool is_up() const { return static_cast<bool>(bound_.fd); }

 private:
  void wait();
  void accept_all();
  void refuse_one();

  BoundSocket bound_;
  boost::asio::posix::stream_descriptor readable_;  ///< a duplicate of the listening socket, to wait on
  boost::asio::steady_timer pause_;
  Hooks hooks_;
  UniqueFd spare_;
  SparseNotice refusals_;
};

}  // namespace leakrig
