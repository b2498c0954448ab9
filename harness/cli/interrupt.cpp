#include "harness/cli/interrupt.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "harness/core/error.h"

namespace leakrig {

Interrupt::Interrupt(std::function<void()> on_hangup) : on_hangup_(std::move(on_hangup)) {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (on_hangup_) sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC));
  finish_.reset(::eventfd(0, EFD_CLOEXEC));
  if (!signals_ || !finish_) throw Error("cannot watch for signals");
  watcher_ = std::jthread([this] {
    while (true) {
      std::array<pollfd, 2> waiting{{{signals_.get(), POLLIN, 0}, {finish_.get(), POLLIN, 0}}};
      if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
      if (waiting[1].revents != 0) return;
      signalfd_siginfo info{};
      if (::read(signals_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
      if (info.ssi_signo == SIGHUP) {
        on_hangup_();
        continue;
      }
      if (!source_.request_stop()) ::_exit(static_cast<int>(ExitCode::interrupted));
    }
  });
}

Interrupt::~Interrupt() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(finish_.get(), &one, sizeof one);
}

void Interrupt::wait() {
  std::stop_callback wake(token(), [this] {
    // Wakes the wait below: the stop state itself is the condition.
    woken_.release();
  });
  woken_.acquire();
}

}  // namespace leakrig
