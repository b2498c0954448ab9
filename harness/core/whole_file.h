#pragma once

#include <filesystem>
#include <string_view>

namespace leakrig {

/// Writes a file by way of a temporary name beside it, so that a reader never sees half of it: it is whole or
/// as it was, and the temporary one is gone. What is not a regular file, such as /dev/stdout or a pipe, is
/// written to as it is; a symbolic link goes on pointing where it does. Throws Error naming the file and the
/// system's reason.
void write_whole(const std::filesystem::path& file, std::string_view text);

}  // namespace leakrig
