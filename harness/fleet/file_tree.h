#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// A file, directory or symbolic link of a container.
struct FileEntry {
  enum class Kind { file, directory, link };
  Kind kind = Kind::file;
  std::uint32_t mode = 0644;  ///< permission bits
  std::string content;        ///< of a file; where a link leads
  Nanos changed{0};           ///< since the epoch; 0 for what came with the image
};

/// What is in a container's file system: a few files that every image has, and over them what was written since.
/// Paths are absolute and without "." and ".." (clean_path). In memory, bounded; no I/O.
class FileTree {
 public:
  /// What one container may hold in all, names included.
  static constexpr std::size_t kMostBytes = 16U << 20U;

  /// `hostname`: what /etc/hostname says.
  explicit FileTree(std::string hostname = {});

  /// "/a/./b/../c/" is "/a/c"; a relative path begins at `base`.
  static std::string clean_path(std::string_view path, std::string_view base = "/");

  /// Follows links of the last part, up to eight of them, if asked to.
  std::optional<FileEntry> find(const std::string& path, bool follow = true) const;
  bool is_directory(const std::string& path) const;
  /// Makes directories above it as needed. False if the tree is full, or a file is in the way.
  bool put(const std::string& path, FileEntry entry);
  bool append(const std::string& path, std::string_view text, Nanos now);
  /// With all below it; false if there is none.
  bool remove(const std::string& path);
  /// Names in a directory, sorted.
  std::vector<std::string> names(const std::string& directory) const;
  /// Paths at and below `path`, sorted, itself first; none if there is nothing.
  std::vector<std::string> below(const std::string& path) const;
  /// What differs from the image: a path and "A", "C" or "D", as `docker diff` says.
  std::vector<std::pair<std::string, char>> changes() const;
  std::size_t bytes() const { return bytes_; }

 private:
  std::string hostname_;
  std::map<std::string, std::optional<FileEntry>> over_;  ///< nothing: removed
  std::size_t bytes_ = 0;
};

}  // namespace leakrig
