#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "harness/fake_docker/state/daemon.h"

namespace leakrig {

/// Carries out the faults that restart the daemon. Serving thread only.
class RestartSchedule {
 public:
  struct Hooks {
    std::function<void()> go_down;  ///< drop every connection and stop listening
    std::function<bool()> come_up;  ///< false: not yet, try again soon
  };
  RestartSchedule(boost::asio::io_context& io, const Daemon& daemon, Hooks hooks);

  /// Looks for the next restart; to be called when the faults or their origin change.
  void arm();
  /// A restart now, whatever the faults say.
  void restart(Nanos down_for);
  void stop();

 private:
  void wait_until(Nanos monotonic, void (RestartSchedule::*then)());
  void go_down();
  void come_up();

  const Daemon* daemon_;
  Hooks hooks_;
  boost::asio::steady_timer timer_;
  Nanos down_for_{0};
  bool is_down_ = false;
  bool stopped_ = false;
};

}  // namespace leakrig
