#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
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
  /// So many bytes of its output are kept, and of more the last; 0: all.
  std::uint64_t output_limit = std::uint64_t{64} << 20U;
  /// Where it finds `mount_source` too: mount_privately(). Empty: nowhere.
  std::filesystem::path mount_target = {};
  std::filesystem::path mount_source = {};
};

/// A command and everything that it starts, in a process group of its own below a supervisor (supervise()).
/// Nothing of it outlives this object or this process, not even what made a session of its own or was forked
/// twice: the supervisor kills the whole tree when its owner has gone, however that ended. One owner; any
/// thread, one at a time.
class ChildProcess {
 public:
  /// Throws Error naming the program when it cannot be started (not found, not executable), or the working
  /// directory or the output that cannot be used.
  explicit ChildProcess(const SpawnOptions& options);
  ChildProcess(ChildProcess&&) noexcept;
  ChildProcess& operator=(ChildProcess&&) noexcept;
  ~ChildProcess();

  /// The command's.
  pid_t pid() const { return pid_; }
  /// The parent of the command and of what has lost its parent: the tree is its descendants, without itself.
  pid_t supervisor() const { return supervisor_; }
  /// The command's end, if it has ended; does not wait.
  std::optional<ExitStatus> poll();
  /// Waits for it up to `timeout`.
  std::optional<ExitStatus> wait(Nanos timeout);
  /// Whether neither the command nor anything that it started is left.
  bool all_gone();
  /// Waits for that up to `timeout`.
  bool wait_all_gone(Nanos timeout);
  struct Stopped {
    ExitStatus status;         ///< the command's
    bool killed = false;       ///< it did not end within `grace`
    bool left_killed = false;  ///< something that it had started outlived it, and had to be killed
  };
  /// Sends `signal` to the group and to what has lost its parent, waits `grace`, then kills. What outlives
  /// the command has been asked too, and has kLeftGrace more, or the whole of `grace` where the command had
  /// ended before. `before_kill`, where given, is called once `grace` is over and the command still there.
  Stopped stop(int signal, Nanos grace, const std::function<void()>& before_kill = {});
  /// Sends `signal` to the group and to what has lost its parent, and does not wait.
  void send(int signal);

  static constexpr Nanos kLeftGrace = std::chrono::seconds{1};

 private:
  void receive();
  void order_all_killed();
  /// Until `done`, for `timeout` at most.
  template <typename Condition>
  bool wait_until(Nanos timeout, const Condition& done);

  pid_t pid_ = -1;
  pid_t supervisor_ = -1;
  UniqueFd socket_;
  std::optional<ExitStatus> status_;
  bool all_gone_ = false;
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
  pid_t pid() const { return pid_; }

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
