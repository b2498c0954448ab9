#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// A member of a tar file.
struct TarEntry {
  enum class Kind { file, directory, link };
  std::string name;
  Kind kind = Kind::file;
  std::uint32_t mode = 0644;
  Nanos changed{0};     ///< since the epoch
  std::string content;  ///< of a file; where a link leads
};

/// Appends a member in POSIX's ustar form; names that do not fit get a pax header (POSIX.1-2001 pax).
void append_tar(std::string& archive, const TarEntry& entry);
/// The two blocks of zeros at the end.
void end_tar(std::string& archive);
/// Reads ustar, pax and GNU long names, as they are or in gzip or zstd, 32 MiB of them at most; hard links, devices and the like are left out. Nothing if it is no tar file.
std::optional<std::vector<TarEntry>> read_tar(const std::string& archive);

}  // namespace leakrig
