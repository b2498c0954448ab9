#include <dirent.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "harness/core/error.h"
#include "harness/core/fd.h"
#include "harness/subject/subject.h"

namespace leakrig {
namespace {

/// Held by a pidfd, so that another process that takes the pid is never mistaken for it.
class PidSubject final : public Subject {
 public:
  PidSubject(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  pid_t pid() const override { return pid_; }
  bool alive() override {
    pollfd ended{pidfd_.get(), POLLIN, 0};
    return ::poll(&ended, 1, 0) == 0;
  }
  std::optional<ExitStatus> poll() override { return std::nullopt; }
  StopReport stop() override {
    StopReport report;
    report.had_ended = !alive();
    return report;
  }

 private:
  pid_t pid_;
  UniqueFd pidfd_;
};

/// The letter after the command's name, which may itself hold anything.
char state_of(pid_t pid) {
  std::ifstream file{fmt::format("/proc/{}/stat", pid)};
  std::string text;
  std::getline(file, text, '\0');
  const auto close = text.rfind(") ");
  return close == std::string::npos ? '?' : text[close + 2];
}

}  // namespace

std::unique_ptr<Subject> attach_pid(pid_t pid) {
  if (pid <= 0) throw UsageError(fmt::format("cannot watch process {}: a pid is a positive number", pid));
  if (pid == 1) {
    throw UsageError(
        "cannot watch process 1: it is init, which never ends and is no subject; give its child's pid");
  }
  UniqueFd pidfd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (!pidfd) {
    if (errno == ESRCH) throw Error(fmt::format("cannot watch process {}: there is no such process", pid));
    if (errno == EINVAL || errno == ENOENT) {
      throw UsageError(fmt::format("cannot watch {}: it is a thread; give its process's pid", pid));
    }
    throw Error(fmt::format("cannot watch process {}: {}", pid, std::generic_category().message(errno)));
  }
  if (state_of(pid) == 'Z') {
    throw Error(fmt::format(
        "cannot watch process {}: it has ended and is a zombie until its parent collects it", pid));
  }
  DIR* descriptors = ::opendir(fmt::format("/proc/{}/fd", pid).c_str());
  if (descriptors == nullptr) {
    const int reason = errno;
    if (reason == EACCES || reason == EPERM) {
      throw Error(
          fmt::format("cannot watch process {}: it is another user's; run as that user or as root", pid));
    }
    throw Error(fmt::format("cannot watch process {}: there is no such process", pid));
  }
  ::closedir(descriptors);
  return std::make_unique<PidSubject>(pid, std::move(pidfd));
}

}  // namespace leakrig
