#include "harness/core/say.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace leakrig {
namespace {

/// What standard output could not take: the first reason but EPIPE. A process has one standard output.
std::atomic<int>& output_failure() {
  static std::atomic<int> reason{0};
  return reason;
}

void remember(const std::FILE* stream, int reason) noexcept {
  if (stream != stdout || reason == EPIPE || reason == 0) return;
  int none = 0;
  output_failure().compare_exchange_strong(none, reason);
}

}  // namespace

void say_text(std::FILE* stream, std::string_view text) noexcept {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stream) != text.size()) remember(stream, errno);
}

void prepare_standard_streams() noexcept {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (ulimit -f) is as a full disk
  for (int standard = 0; standard <= 2; ++standard) {
    if (::fcntl(standard, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest number that is free is this one.
    [[maybe_unused]] const int null = ::open("/dev/null", standard == 0 ? O_RDONLY : O_WRONLY);
  }
}

bool all_was_said(std::FILE* stream, int& reason) noexcept {
  errno = 0;
  if (std::fflush(stream) != 0) remember(stream, errno);
  reason = output_failure();
  return reason == 0;
}

}  // namespace leakrig
