#include "harness/probe/waiter.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ctime>

#include "harness/core/error.h"

namespace leakrig {

EventWaiter::EventWaiter() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_) throw Error("cannot make an eventfd to wait on: are there file descriptors left (ulimit -n)?");
}

bool EventWaiter::wait_until(Nanos monotonic) {
  const SystemClock clock;
  while (true) {
    const Nanos left = std::max(monotonic - clock.monotonic(), Nanos{0});
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec timeout{seconds.count(), (left - seconds).count()};
    pollfd stopped{event_.get(), POLLIN, 0};
    const int ready = ::ppoll(&stopped, 1, &timeout, nullptr);
    if (ready > 0) return false;
    if (ready == 0 && clock.monotonic() >= monotonic) return true;
    // Interrupted by a signal, or woken a little early: look again.
  }
}

void EventWaiter::stop() noexcept {
  const int saved = errno;  // a signal handler must not disturb it
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(event_.get(), &one, sizeof one);
  errno = saved;
}

}  // namespace leakrig
