#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/fd.h"

namespace leakrig {

/// How a process ended: an exit code, or the signal that killed it.
struct ExitStatus {
  int code = 0;
  int signal = 0;  ///< 0: it exited by itself with `code`
  bool clean() const { return code == 0 && signal == 0; }
  /// "exit code 3", "signal 9 (Killed)".
  std::string describe() const;
};

struct SpawnOptions {
  std::vector<std::string> argv;            ///< argv[0] is looked up in PATH
  std::map<std::string, std::string> env;   ///< added to (and overriding) this process's environment
  std::filesystem::path working_directory;  ///< empty: this process's
  std::filesystem::path output;             ///< standard output and error are appended here; empty: /dev/null
};

/// A child in a process group of its own that dies with this process (PR_SET_PDEATHSIG) and with this object:
/// the destructor kills the group and reaps the child. One owner, one thread: the thread that spawns must
/// outlive the child, as Linux ties the death signal to it.
class ChildProcess {
 public:
  /// Throws Error naming the program when it cannot be started (not found, not executable).
  explicit ChildProcess(const SpawnOptions& options);
  ChildProcess(ChildProcess&&) noexcept;
  ChildProcess& operator=(ChildProcess&&) noexcept;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  /// Its end, if it has ended; does not wait.
  std::optional<ExitStatus> poll();
  /// Waits up to `timeout`.
  std::optional<ExitStatus> wait(Nanos timeout);
  /// Sends `signal` to the group, waits `grace`, then SIGKILL. `killed` tells whether that was needed.
  struct Stopped {
    ExitStatus status;
    bool killed = false;
  };
  Stopped stop(int signal, Nanos grace);

 private:
  pid_t pid_ = -1;
  UniqueFd pidfd_;
  std::optional<ExitStatus> status_;
};

/// A small process that outlives a killed rig and tidies up after it: when the pipe to this process closes,
/// it kills the process groups and removes the directories that are still on its list, then exits. Create it
/// before any thread is started.
class Guardian {
 public:
  Guardian();
  /// Closes the pipe and waits for the guardian to end.
  ~Guardian();
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  /// Thread-safe: each is one atomic write to the pipe.
  void add_group(pid_t group);
  void forget_group(pid_t group);
  void add_directory(const std::filesystem::path& directory);
  void forget_directory(const std::filesystem::path& directory);

 private:
  void send(char verb, const std::string& what);

  pid_t pid_ = -1;
  UniqueFd pipe_;
};

}  // namespace leakrig
