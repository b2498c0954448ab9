#pragma once

#include <filesystem>
#include <string>

namespace leakrig {

/// runs/NAME-20251106T101500Z, and a number behind it if that is taken; made empty. Throws Error if it cannot be made.
std::filesystem::path fresh_run_directory(const std::string& name);

}  // namespace leakrig
