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
};

/// The program under test, running. Destroying it leaves nothing behind of what the rig started.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual pid_t pid() const = 0;
  /// Whether it is still there. Does not wait.
  virtual bool alive() = 0;
  /// How it ended; nothing while it lives, and nothing ever for a process that is not the rig's child.
  virtual std::optional<ExitStatus> poll() = 0;
  /// Ends it, and everything it started in its process group. A subject that was only attached to is left
  /// alone.
  virtual StopReport stop() = 0;
};

/// Attaches to a running process of this user. Throws Error saying why it cannot be watched: no such process,
/// a zombie, pid 1, another user's.
std::unique_ptr<Subject> attach_pid(pid_t pid);

}  // namespace leakrig
