#pragma once

#include <filesystem>

#include "harness/core/fd.h"
#include "harness/core/process.h"

namespace leakrig {

/// A private directory (mode 0700) for a variant's socket and configuration, removed at the end: by this
/// object, by the guardian if the rig is killed, or by the next rig if the guardian is killed too.
class RuntimeDirectory {
 public:
  /// Throws Error when none can be made under $TMPDIR or /tmp, or when its path is too long for a Unix
  /// socket.
  explicit RuntimeDirectory(Guardian& guardian);
  ~RuntimeDirectory();
  RuntimeDirectory(const RuntimeDirectory&) = delete;
  RuntimeDirectory& operator=(const RuntimeDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  Guardian& guardian_;
  std::filesystem::path path_;
  UniqueFd owner_;  ///< a locked file in it: the lock goes with this process
};

}  // namespace leakrig
