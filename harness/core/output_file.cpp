#include "harness/core/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace leakrig {

bool OutputFile::open(const char* path, std::uint64_t limit) {
  file_ = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  limit_ = limit;
  return file_ >= 0;
}

void OutputFile::append(const char* data, std::size_t size) {
  if (file_ < 0) return;
  const auto room = limit_ == 0 ? size
                                : static_cast<std::size_t>(std::min<std::uint64_t>(
                                      size, limit_ > written_ ? limit_ - written_ : 0));
  write_all(data, room);
  written_ += room;
  hold(data + room, size - room);
}

void OutputFile::hold(const char* data, std::size_t size) {
  if (size > kTail) {
    held_ += size - kTail;
    data += size - kTail;
    size = kTail;
  }
  const std::size_t at = held_ % kTail;
  const std::size_t first = std::min(size, kTail - at);
  std::memcpy(tail_.data() + at, data, first);
  std::memcpy(tail_.data(), data + first, size - first);
  held_ += size;
}

void OutputFile::close_if_full() {
  if (file_ < 0 || held_ == 0) return;
  constexpr char kCut[] = "\n[leakrig: output was cut here, as it is longer than is kept (--keep-output)]\n";
  if (held_ > kTail) write_all(kCut, sizeof kCut - 1);
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(held_, kTail));
  const std::size_t from = held_ > kTail ? held_ % kTail : 0;
  write_all(tail_.data() + from, size - from);
  write_all(tail_.data(), from);
  held_ = 0;
}

void OutputFile::close() {
  close_if_full();
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

void OutputFile::write_all(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(file_, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // a full disk: the rest of the output is lost, not the subject
    data += n;
    size -= static_cast<std::size_t>(n);
  }
}

}  // namespace leakrig
