#include "harness/core/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <set>
#include <system_error>

#include "harness/core/error.h"

extern char** environ;

namespace leakrig {
namespace {

[[noreturn]] void throw_errno(const std::string& what) {
  throw Error(what + ": " + std::generic_category().message(errno));
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

ExitStatus status_of(const siginfo_t& info) {
  ExitStatus status;
  if (info.si_code == CLD_EXITED) {
    status.code = info.si_status;
  } else {
    status.signal = info.si_status;
  }
  return status;
}

/// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void exec_child(const SpawnOptions& options, char** argv, char** envp, pid_t parent,
                             int error_pipe) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent died before prctl
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  // Whatever the rig has open is not the subject's to hold (or to be counted for); the error pipe closes on
  // exec too.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const char* output_path = options.output.empty() ? "/dev/null" : options.output.c_str();
  const int output = ::open(output_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (input >= 0 && output >= 0 && ::dup2(input, 0) >= 0 && ::dup2(output, 1) >= 0 &&
      ::dup2(output, 2) >= 0 &&
      (options.working_directory.empty() || ::chdir(options.working_directory.c_str()) == 0)) {
    ::execvpe(argv[0], argv, envp);
  }
  const int reason = errno;
  [[maybe_unused]] const auto n = ::write(error_pipe, &reason, sizeof reason);
  ::_exit(127);
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
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("cannot make a pipe");
  UniqueFd read_end{ends[0]};
  UniqueFd write_end{ends[1]};

  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw_errno("cannot fork");
  if (pid_ == 0) exec_child(options, argv.data(), envp.data(), parent, write_end.get());
  ::setpgid(pid_, pid_);  // also here, so that the group exists whichever side runs first
  write_end.reset();
  int reason = 0;
  ssize_t n = 0;
  do {
    n = ::read(read_end.get(), &reason, sizeof reason);
  } while (n < 0 && errno == EINTR);
  if (n == static_cast<ssize_t>(sizeof reason)) {
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    throw Error(
        fmt::format("cannot start {}: {}", options.argv.front(), std::generic_category().message(reason)));
  }
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)), status_(other.status_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  std::swap(status_, other.status_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  if (!status_) ::waitpid(pid_, nullptr, 0);
}

std::optional<ExitStatus> ChildProcess::poll() {
  if (status_) return status_;
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG) == 0 && info.si_pid == pid_) {
    status_ = status_of(info);
  }
  return status_;
}

std::optional<ExitStatus> ChildProcess::wait(Nanos timeout) {
  const SystemClock clock;
  const Nanos deadline = clock.monotonic() + timeout;
  while (!poll()) {
    const Nanos left = deadline - clock.monotonic();
    if (left <= Nanos{0}) return std::nullopt;
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    pollfd waiting{pidfd_.get(), POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(std::min<long long>(milliseconds, INT_MAX)));
  }
  return status_;
}

ChildProcess::Stopped ChildProcess::stop(int signal, Nanos grace) {
  if (poll()) {
    ::kill(-pid_, SIGKILL);  // what it left behind in its group
    return {*status_, false};
  }
  ::kill(-pid_, signal);
  if (wait(grace)) {
    ::kill(-pid_, SIGKILL);
    return {*status_, false};
  }
  ::kill(-pid_, SIGKILL);
  wait(std::chrono::hours{1});
  return {status_.value_or(ExitStatus{0, SIGKILL}), true};
}

namespace {

constexpr char kAddGroup = 'G';
constexpr char kForgetGroup = 'g';
constexpr char kAddDirectory = 'D';
constexpr char kForgetDirectory = 'd';

/// The guardian's life: keep the lists until the pipe closes, then tidy up.
[[noreturn]] void guard(int pipe) {
  ::setsid();  // a Ctrl-C in the terminal is for the rig
  ::prctl(PR_SET_NAME, "leakrig-guard");
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_IGN);
  std::set<std::string> groups;
  std::set<std::string> directories;
  std::string pending;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto n = ::read(pipe, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    pending.append(buffer.data(), static_cast<std::size_t>(n));
    for (auto end = pending.find('\0'); end != std::string::npos; end = pending.find('\0')) {
      const char verb = pending[0];
      const auto what = pending.substr(1, end - 1);
      pending.erase(0, end + 1);
      if (verb == kAddGroup) groups.insert(what);
      if (verb == kForgetGroup) groups.erase(what);
      if (verb == kAddDirectory) directories.insert(what);
      if (verb == kForgetDirectory) directories.erase(what);
    }
  }
  for (const auto& group : groups) ::kill(-std::stoi(group), SIGKILL);
  for (const auto& directory : directories) {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
  ::_exit(0);
}

}  // namespace

Guardian::Guardian() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("cannot make a pipe");
  UniqueFd read_end{ends[0]};
  pipe_.reset(ends[1]);
  pid_ = ::fork();
  if (pid_ < 0) throw_errno("cannot fork");
  if (pid_ == 0) {
    pipe_.reset();
    guard(read_end.get());
  }
}

Guardian::~Guardian() {
  pipe_.reset();
  ::waitpid(pid_, nullptr, 0);
}

void Guardian::send(char verb, const std::string& what) {
  std::string message{verb};
  message += what;
  message += '\0';
  [[maybe_unused]] const auto n = ::write(pipe_.get(), message.data(), message.size());
}

void Guardian::add_group(pid_t group) {
  send(kAddGroup, std::to_string(group));
}
void Guardian::forget_group(pid_t group) {
  send(kForgetGroup, std::to_string(group));
}
void Guardian::add_directory(const std::filesystem::path& directory) {
  send(kAddDirectory, directory.string());
}
void Guardian::forget_directory(const std::filesystem::path& directory) {
  send(kForgetDirectory, directory.string());
}

}  // namespace leakrig
