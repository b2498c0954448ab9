#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace leakrig {

/// A program's output on disk, at most about `limit` bytes of it: the beginning, and when more came, a line
/// that says so and the last 64 KiB. Uses system calls alone, so a forked child may use it.
class OutputFile {
 public:
  /// Appends to `path`, made where it is not there. `limit` 0: all is kept. False with errno if it cannot be
  /// opened.
  bool open(const char* path, std::uint64_t limit);
  void append(const char* data, std::size_t size);
  /// Writes what was held back. What comes later is held back again.
  void close_if_full();
  void close();

 private:
  void write_all(const char* data, std::size_t size);
  void hold(const char* data, std::size_t size);

  static constexpr std::size_t kTail = std::size_t{1} << 16U;
  int file_ = -1;
  std::uint64_t limit_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t held_ = 0;        ///< bytes that came after the limit and were not written since
  std::array<char, kTail> tail_;  ///< the last of them, as a ring
};

}  // namespace leakrig
