#pragma once

#include <functional>
#include <semaphore>
#include <stop_token>
#include <thread>

#include "harness/core/fd.h"

namespace leakrig {

/// Turns SIGINT and SIGTERM into a stop request. Create it before any other thread: it blocks the signals,
/// which threads inherit, and waits for them in a thread of its own. A second signal ends the process at once
/// (130). With `on_hangup`, SIGHUP calls that, in the same thread, and ends nothing.
class Interrupt {
 public:
  explicit Interrupt(std::function<void()> on_hangup = {});
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  bool interrupted() const { return source_.stop_requested(); }
  /// Waits for a signal.
  void wait();

 private:
  std::function<void()> on_hangup_;
  std::stop_source source_;
  std::binary_semaphore woken_{0};
  UniqueFd signals_;
  UniqueFd finish_;
  std::jthread watcher_;
};

}  // namespace leakrig
