#pragma once

#include <sys/types.h>

#include <cstdint>

namespace leakrig {

struct SpawnOptions;

/// What a supervisor and its owner tell each other over a SOCK_SEQPACKET socket; one message a packet.
struct SupervisorReport {
  enum class Kind : std::int32_t {
    started,       ///< value: the command's pid
    cannot_start,  ///< value: errno
    no_directory,  ///< value: errno of entering the working directory
    no_mount,      ///< value: errno of mounting a file at another path
    no_output,     ///< value: errno of opening the output
    exited,        ///< value: the command's exit code
    killed,        ///< value: the signal that ended the command
    all_gone,      ///< nothing that the command started is left
  };
  Kind kind = Kind::started;
  std::int32_t value = 0;
};
struct SupervisorOrder {
  enum class Kind : std::int32_t {
    signal,  ///< value: to the command's process group, and to each process that has lost its parent
    kill,    ///< SIGKILL to everything, until nothing is left
  };
  Kind kind = Kind::signal;
  std::int32_t value = 0;
};

/// The life of a supervisor: a small process between the rig and a command, which it starts and whose
/// descendants it keeps. It is their "child subreaper" (prctl(2)): whatever they do to get away, such as
/// forking twice or making a session of their own, they stay its descendants. It copies the command's output
/// to a file, within a limit. When the socket closes, because the rig ends or was killed, it kills them all.
/// Called in a forked child; never returns. `argv` and `envp` end with a null pointer.
[[noreturn]] void supervise(int socket, const SpawnOptions& options, char** argv, char** envp);

}  // namespace leakrig
