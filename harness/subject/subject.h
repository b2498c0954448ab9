#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>

#include "harness/core/process.h"

namespace leakrig {

/// How a subject was stopped. A subject that has to be killed is an outcome to report, not an error.
struct StopReport {
  std::optional<ExitStatus> status;  ///< nothing for a process that is not the rig's child
  bool had_ended = false;            ///< it was gone before it was asked to stop
  bool killed = false;               ///< it did not end within its grace
  bool left_killed = false;          ///< something that it had started outlived it, and had to be killed
};

/// The program under test, running. Destroying it leaves nothing behind of what the rig started.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual pid_t pid() const = 0;
  /// The process whose descendants are the subject's tree, in whatever session or group they are; not itself
  /// one of them unless it is pid().
  virtual pid_t tree_root() const { return pid(); }
  /// Whether it is still there: the process, or what it left running when it ended with exit code 0, as a
  /// daemon does. Does not wait.
  virtual bool alive() = 0;
  /// How it ended; nothing while it lives, and nothing ever for a process that is not the rig's child.
  virtual std::optional<ExitStatus> poll() = 0;
  /// Ends it, and everything it started. One that does not end in time and has a handler for SIGQUIT, as
  /// Go's and Java's runtimes have, is asked for a dump of its goroutines or threads first. A subject that
  /// was only attached to is left alone.
  virtual StopReport stop() = 0;
};

/// Attaches to a running process of this user. Throws Error saying why it cannot be watched: no such process,
/// a zombie, pid 1, another user's.
std::unique_ptr<Subject> attach_pid(pid_t pid);

}  // namespace leakrig
