#include "harness/probe/proc_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <climits>
#include <memory>

namespace leakrig {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

/// Calls back with each entry whose name is a number.
bool each_number(int directory, const std::function<void(const char*)>& found) {
  // A directory stream of its own: fdopendir() takes its descriptor over, and positions must not be shared.
  const int fd = ::openat(directory, ".", kDirectory);
  if (fd < 0) return false;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream{::fdopendir(fd), &::closedir};
  if (!stream) {
    ::close(fd);
    return false;
  }
  while (const dirent* entry = ::readdir(stream.get())) {
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) != 0) found(entry->d_name);
  }
  return true;
}

}  // namespace

ProcDirectory::ProcDirectory(const std::filesystem::path& root, pid_t pid)
    : pid_(pid), directory_(::open((root / std::to_string(pid)).c_str(), kDirectory)) {
  if (!directory_) return;
  tasks_.reset(::openat(directory_.get(), "task", kDirectory));
  fds_.reset(::openat(directory_.get(), "fd", kDirectory));
  struct statfs info {};
  on_procfs_ = ::fstatfs(directory_.get(), &info) == 0 && info.f_type == PROC_SUPER_MAGIC;
}

std::optional<std::uint64_t> ProcDirectory::threads() const {
  struct stat info {};
  // The kernel counts a directory link a thread; a tree of plain files in a test does the same.
  if (!tasks_ || ::fstat(tasks_.get(), &info) != 0 || info.st_nlink <= 2) return std::nullopt;
  return info.st_nlink - 2;
}

std::optional<std::uint64_t> ProcDirectory::fds() const {
  if (!fds_) return std::nullopt;
  struct stat info {};
  if (::fstat(fds_.get(), &info) != 0) return std::nullopt;
  if (on_procfs_ && info.st_size > 0) return static_cast<std::uint64_t>(info.st_size);
  std::uint64_t count = 0;
  if (!each_number(fds_.get(), [&](const char*) { ++count; })) return std::nullopt;
  return count;
}

std::optional<std::string> ProcDirectory::read_file(const char* relative, std::size_t limit) const {
  const UniqueFd file{::openat(directory_.get(), relative, O_RDONLY | O_CLOEXEC)};
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 16384> buffer;
  while (text.size() < limit) {
    const auto n = ::read(file.get(), buffer.data(), std::min(buffer.size(), limit - text.size()));
    if (n < 0) return std::nullopt;
    if (n == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

bool ProcDirectory::each_fd(const std::function<void(std::string_view)>& found) const {
  if (!fds_) return false;
  std::array<char, PATH_MAX> target;
  return each_number(fds_.get(), [&](const char* number) {
    const auto n = ::readlinkat(fds_.get(), number, target.data(), target.size());
    if (n > 0) found({target.data(), static_cast<std::size_t>(n)});
  });
}

bool ProcDirectory::each_thread(const std::function<void(std::string_view)>& found) const {
  if (!tasks_) return false;
  std::array<char, 64> path;
  std::array<char, 64> comm;
  return each_number(tasks_.get(), [&](const char* tid) {
    std::string_view name{tid};
    if (name.size() > 20) return;
    const auto end = std::copy(name.begin(), name.end(), path.begin());
    constexpr std::string_view kFile{"/comm\0", 6};
    std::copy(kFile.begin(), kFile.end(), end);
    const int file = ::openat(tasks_.get(), path.data(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;  // it has ended meanwhile
    const auto n = ::read(file, comm.data(), comm.size());
    ::close(file);
    if (n <= 0) return;
    std::string_view text{comm.data(), static_cast<std::size_t>(n)};
    if (text.ends_with('\n')) text.remove_suffix(1);
    found(text);
  });
}

}  // namespace leakrig
