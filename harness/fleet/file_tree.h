#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/memory_budget.h"

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
  /// Linux's PATH_MAX. There is nothing at a longer path, and nothing can be put there.
  static constexpr std::size_t kLongestPath = 4096;

  /// `hostname`: what /etc/hostname says. `space`: of what all containers may hold; nothing: no such bound.
  explicit FileTree(std::string hostname = {}, std::optional<MemoryBudget::Share> space = std::nullopt);

  /// "/a/./b/../c/" is "/a/c"; a relative path begins at `base`.
  static std::string clean_path(std::string_view path, std::string_view base = "/");

  /// Follows links of the last part, up to eight of them, if asked to. Null if there is nothing; good until the
  /// tree is changed.
  const FileEntry* find(const std::string& path, bool follow = true) const;
  /// What is in a file; nothing if there is none.
  std::string text(const std::string& path) const;
  bool is_directory(const std::string& path) const;
  /// Makes directories above it as needed. False if the tree is full, a file is in the way, or too much has been
  /// copied since take_work() was last called.
  bool put(const std::string& path, FileEntry entry);
  bool append(const std::string& path, std::string_view text, Nanos now);
  /// With all below it; false if there is none.
  bool remove(const std::string& path);
  /// Names in a directory, sorted.
  std::vector<std::string> names(const std::string& directory) const;
  /// Paths at and below `path`, sorted, itself first; none if there is nothing, or too much was looked at since
  /// take_work() was last called.
  std::vector<std::string> below(const std::string& path) const;
  /// What differs from the image: a path and "A", "C" or "D", as `docker diff` says.
  std::vector<std::pair<std::string, char>> changes() const;
  std::size_t bytes() const { return bytes_; }
  /// Bytes looked at or copied since this was last asked: what the calls cost in time.
  std::uint64_t take_work() const { return std::exchange(work_, 0); }

 private:
  /// False, and unchanged, if there is no room for so much in all.
  bool resize(std::size_t bytes);

  std::string hostname_;
  std::map<std::string, std::optional<FileEntry>> over_;            ///< nothing: removed
  mutable std::map<std::string, FileEntry, std::less<>> of_image_;  ///< as far as it was looked at
  std::size_t bytes_ = 0;
  std::optional<MemoryBudget::Share> space_;
  mutable std::uint64_t work_ = 0;
};

}  // namespace leakrig
