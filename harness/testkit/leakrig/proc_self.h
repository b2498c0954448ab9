#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

/// This process's files in /proc, read with as few calls as can be.
namespace leakrig::testkit::detail {

/// The numbers that name the entries of a folder of /proc, sorted; not the descriptor that it is read with.
/// Empty where there is no such folder.
inline std::vector<int> numbers_in(const char* folder) {
  std::vector<int> numbers;
  const int fd = ::open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return numbers;
  const bool descriptors = std::strcmp(folder, "/proc/self/fd") == 0;
  // opendir() would take 32 KiB from the heap, whose growth is looked at.
  alignas(dirent64) char buffer[4096];
  for (;;) {
    const long got = ::syscall(SYS_getdents64, fd, buffer, sizeof buffer);
    if (got <= 0) break;
    for (long at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer + at);
      at += entry->d_reclen;
      const char* name = entry->d_name;
      if (*name < '0' || *name > '9') continue;
      const int number = std::atoi(name);
      if (!descriptors || number != fd) numbers.push_back(number);
    }
  }
  ::close(fd);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

/// A file's whole text, which may contain zero bytes; empty where it cannot be read.
inline std::string text_of(const std::string& path) {
  std::string text;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return text;
}

/// The first line, without its end.
inline std::string line_of(const std::string& path) {
  const std::string text = text_of(path);
  return text.substr(0, text.find('\n'));
}

/// What a symbolic link of /proc points to.
inline std::string target_of(const std::string& path) {
  char buffer[4096];
  const ssize_t got = ::readlink(path.c_str(), buffer, sizeof buffer);
  return got < 0 ? std::string{} : std::string(buffer, static_cast<std::size_t>(got));
}

/// Copies this process's own memory, which another thread may unmap meanwhile. False where it cannot be read.
inline bool read_memory(std::uintptr_t address, void* into, std::size_t bytes) {
  iovec local{into, bytes};
  iovec remote{reinterpret_cast<void*>(address), bytes};
  return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(bytes);
}

/// A word of it; 0 where it cannot be read.
inline std::uintptr_t word_at(std::uintptr_t address) {
  std::uintptr_t word = 0;
  return read_memory(address, &word, sizeof word) ? word : 0;
}

}  // namespace leakrig::testkit::detail
