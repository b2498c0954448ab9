#include "harness/core/supervisor.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "harness/core/output_file.h"
#include "harness/core/private_mount.h"
#include "harness/core/process.h"

// This runs after a fork from a program with threads: system calls, and of the library only what glibc allows
// there (its allocator is made whole again after a fork). No locks, no logging, no exceptions.
namespace leakrig {
namespace {

using Report = SupervisorReport;
using Order = SupervisorOrder;

struct StartFailure {
  Report::Kind kind = Report::Kind::cannot_start;
  int reason = 0;
};

/// Between fork and exec of the command.
[[noreturn]] void exec_command(const SpawnOptions& options, char** argv, char** envp, int output,
                               int failure_pipe) {
  StartFailure failure;
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // of the supervisor
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(signal, SIG_DFL);
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (input >= 0 && ::dup2(input, 0) >= 0 && ::dup2(output, 1) >= 0 && ::dup2(output, 2) >= 0) {
    if (const int refused = options.mount_target.empty() ? 0
                                                         : mount_privately(options.mount_source.c_str(),
                                                                           options.mount_target.c_str());
        refused != 0) {
      failure.kind = Report::Kind::no_mount;
      errno = refused;
    } else if (!options.working_directory.empty() && ::chdir(options.working_directory.c_str()) != 0) {
      failure.kind = Report::Kind::no_directory;
    } else {
      ::execvpe(argv[0], argv, envp);
    }
  }
  failure.reason = errno;
  [[maybe_unused]] const auto n = ::write(failure_pipe, &failure, sizeof failure);
  ::_exit(127);
}

/// Calls back with the pid of each child. The kernel lists them per thread, and this process has one.
template <typename Found>
void each_child(const Found& found) {
  const int list = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (list >= 0) {
    std::array<char, 4096> buffer;
    pid_t pid = 0;
    for (ssize_t n = 0; (n = ::read(list, buffer.data(), buffer.size())) > 0;) {
      for (ssize_t i = 0; i < n; ++i) {
        const char c = buffer[static_cast<std::size_t>(i)];
        if (c >= '0' && c <= '9') {
          pid = pid * 10 + (c - '0');
        } else if (pid > 0) {
          found(pid);
          pid = 0;
        }
      }
    }
    if (pid > 0) found(pid);
    ::close(list);
    return;
  }
  // A kernel without that list (CONFIG_PROC_CHILDREN): the parent is the second number after the name.
  DIR* processes = ::opendir("/proc");
  if (processes == nullptr) return;
  while (const dirent* entry = ::readdir(processes)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    const std::string path = std::string{"/proc/"} + entry->d_name + "/stat";
    const int stat = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    std::array<char, 512> text{};
    const ssize_t n = stat < 0 ? 0 : ::read(stat, text.data(), text.size() - 1);
    if (stat >= 0) ::close(stat);
    const char* close = n > 0 ? std::strrchr(text.data(), ')') : nullptr;
    if (close != nullptr && std::strlen(close) > 4 && std::atoi(close + 4) == ::getpid()) found(pid);
  }
  ::closedir(processes);
}

class Supervisor {
 public:
  Supervisor(int socket, pid_t command, int output_pipe, OutputFile& output)
      : socket_(socket), command_(command), output_pipe_(output_pipe), output_(output) {}

  [[noreturn]] void run(int child_signals) {
    report(Report::Kind::started, command_);
    while (true) {
      std::array<pollfd, 3> waiting{
          {{socket_, POLLIN, 0}, {child_signals, POLLIN, 0}, {output_pipe_, POLLIN, 0}}};
      if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
      if (waiting[2].revents != 0) copy_output();
      if (waiting[1].revents != 0) {
        signalfd_siginfo info{};
        [[maybe_unused]] const auto n = ::read(child_signals, &info, sizeof info);
        reap(WNOHANG);
      }
      if (waiting[0].revents != 0) obey();
    }
  }

 private:
  void report(Report::Kind kind, int value) {
    const Report message{kind, value};
    [[maybe_unused]] const auto n = ::send(socket_, &message, sizeof message, MSG_NOSIGNAL);
  }

  void obey() {
    Order order;
    const auto n = ::recv(socket_, &order, sizeof order, 0);
    if (n < 0 && errno == EINTR) return;
    if (n != static_cast<ssize_t>(sizeof order)) {  // the rig has gone
      kill_all();
      copy_output();
      output_.close();
      ::_exit(0);
    }
    if (order.kind == Order::Kind::kill) return kill_all();
    if (!ended_) ::kill(-command_, order.value);
    each_child([&](pid_t child) {
      if (child != command_) ::kill(child, order.value);
    });
  }

  /// What has ended, one by one. Returns false when no child is left.
  bool reap(int options) {
    while (true) {
      siginfo_t info{};
      if (::waitid(P_ALL, 0, &info, WEXITED | options) != 0) {
        if (errno == EINTR) continue;
        if (!gone_) report(Report::Kind::all_gone, 0);
        gone_ = true;
        return false;
      }
      if (info.si_pid == 0) return true;
      if (info.si_pid == command_ && !ended_) {
        ended_ = true;
        copy_output();  // its last words are in the file before its end is known
        output_.close_if_full();
        report(info.si_code == CLD_EXITED ? Report::Kind::exited : Report::Kind::killed, info.si_status);
      }
      if (options == 0) return true;
    }
  }

  /// Those whose parent has just been killed become children of this process, and are killed in turn.
  void kill_all() {
    do {
      each_child([](pid_t child) { ::kill(child, SIGKILL); });
    } while (reap(0) && reap(WNOHANG));
  }

  /// What the pipe holds now, of a command that never pauses a few MiB.
  void copy_output() {
    std::array<char, 65536> buffer;
    for (int turn = 0; turn < 64 && output_pipe_ >= 0; ++turn) {
      const ssize_t n = ::read(output_pipe_, buffer.data(), buffer.size());
      if (n > 0) {
        output_.append(buffer.data(), static_cast<std::size_t>(n));
        if (static_cast<std::size_t>(n) == buffer.size()) continue;
        return;
      }
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
      ::close(output_pipe_);  // nobody can write to it any more
      output_pipe_ = -1;
    }
  }

  int socket_;
  pid_t command_;
  int output_pipe_;
  OutputFile& output_;
  bool ended_ = false;
  bool gone_ = false;
};

[[noreturn]] void fail(int socket, const StartFailure& failure) {
  const Report message{failure.kind, failure.reason};
  [[maybe_unused]] const auto n = ::send(socket, &message, sizeof message, MSG_NOSIGNAL);
  ::_exit(127);
}

/// Nothing of the rig's stays open here: not its sockets, not its locks, not its terminal.
int keep_only(int socket) {
  constexpr int kSocket = 3;
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard = 0; standard < kSocket; ++standard) ::dup2(null, standard);
  const int kept = ::fcntl(socket, F_DUPFD_CLOEXEC, kSocket);
  if (kept > kSocket) {
    ::dup3(kept, kSocket, O_CLOEXEC);
  }
  ::close_range(kSocket + 1, ~0U, 0);
  return kSocket;
}

}  // namespace

void supervise(int socket, const SpawnOptions& options, char** argv, char** envp) {
  ::setsid();  // a Ctrl-C in the terminal is for the rig
  ::prctl(PR_SET_NAME, "leakrig-super");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_PDEATHSIG, 0);
  ::signal(SIGCHLD, SIG_DFL);  // ignored, children would be collected by the kernel
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  socket = keep_only(socket);
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  const int signals = ::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK);

  OutputFile output;
  if (!options.output.empty() && !output.open(options.output.c_str(), options.output_limit))
    fail(socket, {Report::Kind::no_output, errno});
  std::array<int, 2> failure_pipe{};
  std::array<int, 2> output_pipe{-1, -1};
  if (signals < 0 || ::pipe2(failure_pipe.data(), O_CLOEXEC) != 0 ||
      ::pipe2(output_pipe.data(), O_CLOEXEC) != 0)
    fail(socket, {Report::Kind::cannot_start, errno});
  ::fcntl(output_pipe[0], F_SETFL, O_NONBLOCK);

  const pid_t command = ::fork();
  if (command < 0) fail(socket, {Report::Kind::cannot_start, errno});
  if (command == 0) exec_command(options, argv, envp, output_pipe[1], failure_pipe[1]);
  ::setpgid(command, command);  // also here, so that the group exists whichever side runs first
  ::close(output_pipe[1]);
  ::close(failure_pipe[1]);
  StartFailure failure;
  ssize_t n = 0;
  do {
    n = ::read(failure_pipe[0], &failure, sizeof failure);
  } while (n < 0 && errno == EINTR);
  ::close(failure_pipe[0]);
  if (n == static_cast<ssize_t>(sizeof failure)) fail(socket, failure);
  Supervisor(socket, command, output_pipe[0], output).run(signals);
}

}  // namespace leakrig
