#include "harness/core/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <system_error>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/supervisor.h"

extern char** environ;

namespace leakrig {
namespace {

using Report = SupervisorReport;
using Order = SupervisorOrder;

std::string reason_of(int number) {
  return std::generic_category().message(number);
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& extra) {
  std::vector<std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text{*entry};
    if (!extra.contains(text.substr(0, text.find('=')))) merged.push_back(text);
  }
  for (const auto& [key, value] : extra) merged.push_back(fmt::format("{}={}", key, value));
  return merged;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (auto& s : strings) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

std::string no_mount(const SpawnOptions& options, int reason) {
  const std::string what = fmt::format("cannot start {}: {} cannot be shown to it at {}: {}", options.argv.front(),
                                       options.mount_source.string(), options.mount_target.string(), reason_of(reason));
  if (reason == ENOENT) return what + " (make its directory first)";
  if (reason != EPERM && reason != EACCES && reason != ENOSPC && reason != EINVAL) return what;
  return what +
         "; this kernel or container allows no mount namespace of its own (run as root, allow user namespaces, or tell "
         "the program where the socket is: {docker_socket})";
}

/// Why a command was not started, from its supervisor's first report.
std::string failure_of(const Report& report, const SpawnOptions& options) {
  const std::string& program = options.argv.front();
  switch (report.kind) {
    case Report::Kind::no_directory:
      return fmt::format("cannot start {}: its working directory {}: {}", program,
                         options.working_directory.string(), reason_of(report.value));
    case Report::Kind::no_mount:
      return no_mount(options, report.value);
    case Report::Kind::no_output:
      return fmt::format("cannot start {}: its output cannot be kept in {}: {}", program,
                         options.output.string(), reason_of(report.value));
    default:
      return fmt::format("cannot start {}: {}", program, reason_of(report.value));
  }
}

}  // namespace

std::string ExitStatus::describe() const {
  if (signal != 0) return fmt::format("signal {} ({})", signal, ::strsignal(signal));
  return fmt::format("exit code {}", code);
}

ChildProcess::ChildProcess(const SpawnOptions& options) {
  if (options.argv.empty()) throw Error("no program to start: argv is empty");
  auto arguments = options.argv;
  auto environment = merged_environment(options.env);
  auto argv = pointers(arguments);
  auto envp = pointers(environment);
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw Error("cannot make a socket: " + reason_of(errno));
  socket_.reset(ends[0]);
  UniqueFd of_supervisor{ends[1]};

  supervisor_ = ::fork();
  if (supervisor_ < 0) throw Error("cannot fork: " + reason_of(errno));
  if (supervisor_ == 0) supervise(of_supervisor.get(), options, argv.data(), envp.data());
  of_supervisor.reset();
  Report first{Report::Kind::cannot_start, ECHILD};
  ssize_t n = 0;
  do {
    n = ::recv(socket_.get(), &first, sizeof first, 0);
  } while (n < 0 && errno == EINTR);
  if (first.kind != Report::Kind::started) {
    ::waitpid(std::exchange(supervisor_, -1), nullptr, 0);
    throw Error(failure_of(first, options));
  }
  pid_ = first.value;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept {
  *this = std::move(other);
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(supervisor_, other.supervisor_);
  std::swap(socket_, other.socket_);
  std::swap(status_, other.status_);
  std::swap(all_gone_, other.all_gone_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (supervisor_ <= 0) return;
  socket_.reset();  // the supervisor kills what is left and ends
  ::waitpid(supervisor_, nullptr, 0);
}

void ChildProcess::receive() {
  while (true) {
    Report report;
    const auto n = ::recv(socket_.get(), &report, sizeof report, MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n != static_cast<ssize_t>(sizeof report)) {  // the supervisor was killed, and the command with it
      if (!status_) status_ = ExitStatus{0, SIGKILL};
      all_gone_ = true;
      return;
    }
    if (report.kind == Report::Kind::exited) status_ = ExitStatus{report.value, 0};
    if (report.kind == Report::Kind::killed) status_ = ExitStatus{0, report.value};
    if (report.kind == Report::Kind::all_gone) all_gone_ = true;
    if (all_gone_) return;
  }
}

std::optional<ExitStatus> ChildProcess::poll() {
  if (!status_) receive();
  return status_;
}

bool ChildProcess::all_gone() {
  if (!all_gone_) receive();
  return all_gone_;
}

template <typename Condition>
bool ChildProcess::wait_until(Nanos timeout, const Condition& done) {
  const SystemClock clock;
  const Nanos deadline = clock.monotonic() + timeout;
  while (!done()) {
    const Nanos left = deadline - clock.monotonic();
    if (left <= Nanos{0}) return false;
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    pollfd waiting{socket_.get(), POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(std::min<long long>(milliseconds, INT_MAX)));
  }
  return true;
}

std::optional<ExitStatus> ChildProcess::wait(Nanos timeout) {
  wait_until(timeout, [this] { return poll().has_value(); });
  return status_;
}

bool ChildProcess::wait_all_gone(Nanos timeout) {
  return wait_until(timeout, [this] { return all_gone(); });
}

void ChildProcess::order_all_killed() {
  const Order kill_all{Order::Kind::kill, 0};
  ::send(socket_.get(), &kill_all, sizeof kill_all, MSG_NOSIGNAL);
  // Nothing but a process in a system call that cannot be interrupted takes longer.
  constexpr std::chrono::seconds kKilled{30};
  wait_all_gone(kKilled);
}

void ChildProcess::send(int signal) {
  const Order ask{Order::Kind::signal, signal};
  ::send(socket_.get(), &ask, sizeof ask, MSG_NOSIGNAL);
}

ChildProcess::Stopped ChildProcess::stop(int signal, Nanos grace, const std::function<void()>& before_kill) {
  const bool had_ended = poll().has_value();
  if (all_gone()) return {*status_, false, false};
  send(signal);
  Stopped stopped;
  stopped.killed = !wait(grace).has_value();
  if (stopped.killed && before_kill) before_kill();
  const Nanos left_grace = had_ended ? grace : std::min(grace, kLeftGrace);
  if (stopped.killed || !wait_all_gone(left_grace)) {
    stopped.left_killed = !stopped.killed;
    order_all_killed();
  }
  stopped.status = status_.value_or(ExitStatus{0, SIGKILL});
  return stopped;
}

}  // namespace leakrig
