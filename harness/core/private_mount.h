#pragma once

namespace leakrig {

/// Lets this process, and what it starts, find the file `source` at the path `target` as well: a bind mount in a mount
/// namespace of its own, and where that needs privileges in a user namespace too, in which the process stays who it is.
/// Nobody else sees a change, and nothing is written to the file system: a `target` that is not there appears in a copy
/// of its directory that is put over it, in which every other entry is the real one. New files beside it stay private.
/// Returns 0, or errno: EPERM where the kernel or a container forbids it, ENOENT where no directory but "/" leads to
/// `target`. For a process with one thread, between fork and exec.
int mount_privately(const char* source, const char* target);

}  // namespace leakrig
