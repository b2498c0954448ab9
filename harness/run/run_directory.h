#pragma once

#include <filesystem>
#include <string>

#include "harness/run/shard.h"

namespace leakrig {

/// runs/NAME.shard-2-of-8: the same each time, so that a task that is started again finds what it has done.
std::filesystem::path shard_directory(const std::string& name, const Shard& shard);

/// runs/NAME-20251106T101500Z, and a number behind it if that is taken; made empty. Throws Error if it cannot be made.
std::filesystem::path fresh_run_directory(const std::string& name);

}  // namespace leakrig
