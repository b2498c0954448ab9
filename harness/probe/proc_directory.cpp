#include "harness/probe/proc_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstring>
#include <memory>

namespace leakrig {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

/// A number and a suffix as a C string, without allocating: it is made ten thousand times a row.
class NumberedPath {
 public:
  explicit NumberedPath(unsigned number, std::string_view suffix = {}) {
    char* end = std::to_chars(text_.data(), text_.data() + 16, number).ptr;
    *std::copy(suffix.begin(), suffix.end(), end) = '\0';
  }
  const char* c_str() const { return text_.data(); }

 private:
  std::array<char, 32> text_;
};

/// Calls back with each entry whose name is a number.
template <typename Found>
bool each_number(int directory, const Found& found) {
  // A directory stream of its own: fdopendir() takes its descriptor over, and positions must not be shared.
  const int fd = ::openat(directory, ".", kDirectory);
  if (fd < 0) return false;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream{::fdopendir(fd), &::closedir};
  if (!stream) {
    ::close(fd);
    return false;
  }
  while (const dirent* entry = ::readdir(stream.get())) {
    unsigned number = 0;
    const char* end = entry->d_name + std::strlen(entry->d_name);
    const auto [parsed, error] = std::from_chars(entry->d_name, end, number);
    if (error == std::errc{} && parsed == end) found(number);
  }
  return true;
}

std::optional<std::uint64_t> count_numbers(int directory) {
  std::uint64_t count = 0;
  if (!each_number(directory, [&](unsigned) { ++count; })) return std::nullopt;
  return count;
}

std::optional<std::string> read_at(int directory, const char* path, std::size_t limit) {
  const UniqueFd file{::openat(directory, path, O_RDONLY | O_CLOEXEC)};
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

}  // namespace

std::optional<std::string> read_whole_file(const std::filesystem::path& file, std::size_t limit) {
  return read_at(AT_FDCWD, file.c_str(), limit);
}

ProcDirectory::ProcDirectory(const std::filesystem::path& root, pid_t pid)
    : pid_(pid), directory_(::open((root / std::to_string(pid)).c_str(), kDirectory)) {
  if (!directory_) return;
  tasks_.reset(::openat(directory_.get(), "task", kDirectory));
  fds_.reset(::openat(directory_.get(), "fd", kDirectory));
  struct statfs info {};
  on_procfs_ = ::fstatfs(directory_.get(), &info) == 0 && info.f_type == PROC_SUPER_MAGIC;
}

std::optional<std::uint64_t> ProcDirectory::threads() const {
  if (!tasks_) return std::nullopt;
  struct stat info {};
  if (::fstat(tasks_.get(), &info) != 0) return std::nullopt;
  if (!on_procfs_) return count_numbers(tasks_.get());
  if (info.st_nlink <= 2) return std::nullopt;
  return info.st_nlink - 2;  // the kernel counts a link a thread, beside "." and ".."
}

std::optional<std::uint64_t> ProcDirectory::fds() const {
  if (!fds_) return std::nullopt;
  struct stat info {};
  if (::fstat(fds_.get(), &info) != 0) return std::nullopt;
  if (on_procfs_ && info.st_size > 0) return static_cast<std::uint64_t>(info.st_size);
  return count_numbers(fds_.get());
}

std::optional<std::string> ProcDirectory::read_file(const char* relative, std::size_t limit) const {
  return read_at(directory_.get(), relative, limit);
}

std::optional<std::string> ProcDirectory::read_link(const char* relative) const {
  std::array<char, PATH_MAX> target;
  const auto n = ::readlinkat(directory_.get(), relative, target.data(), target.size());
  if (n < 0) return std::nullopt;
  return std::string{target.data(), static_cast<std::size_t>(n)};
}

bool ProcDirectory::each_fd(const std::function<void(unsigned, std::string_view)>& found) const {
  if (!fds_) return false;
  std::array<char, PATH_MAX> target;
  const auto look = [&](unsigned number) {
    const auto n = ::readlinkat(fds_.get(), NumberedPath{number}.c_str(), target.data(), target.size());
    if (n > 0) found(number, {target.data(), static_cast<std::size_t>(n)});
    return n > 0;
  };
  // Numbers are handed out from the lowest, so counting up finds them all and spares the listing, a fifth of
  // the cost; where they turn out to be sparse, the listing tells the rest.
  unsigned next = 0;
  if (const auto count = on_procfs_ ? fds() : std::nullopt) {
    for (std::uint64_t left = *count, holes = 0; left > 0 && holes <= *count / 8 + 16; ++next) {
      if (look(next)) {
        --left;
      } else {
        ++holes;
      }
      if (left == 0) return true;
    }
  }
  return each_number(fds_.get(), [&](unsigned number) {
    if (number >= next) look(number);
  });
}

bool ProcDirectory::each_thread(const std::function<void(pid_t)>& found) const {
  return tasks_ && each_number(tasks_.get(), [&](unsigned tid) { found(static_cast<pid_t>(tid)); });
}

std::optional<std::string> ProcDirectory::thread_name(pid_t tid) const {
  return thread_file(tid, "/comm");
}

std::optional<std::string> ProcDirectory::thread_wait(pid_t tid) const {
  auto text = thread_file(tid, "/wchan");
  if (text && (*text == "0" || text->empty())) text.reset();
  return text;
}

std::optional<std::string> ProcDirectory::thread_file(pid_t tid, const char* name) const {
  const UniqueFd file{
      ::openat(tasks_.get(), NumberedPath{static_cast<unsigned>(tid), name}.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return std::nullopt;
  std::array<char, 64> comm;
  const auto n = ::read(file.get(), comm.data(), comm.size());
  if (n <= 0) return std::nullopt;
  std::string_view text{comm.data(), static_cast<std::size_t>(n)};
  if (text.ends_with('\n')) text.remove_suffix(1);
  return std::string{text};
}

std::optional<std::string> ProcDirectory::socket_protocol(unsigned number) const {
  if (!on_procfs_) return std::nullopt;
  // Through our own descriptor of the directory, not through the pid, which may be another's by now.
  const auto path = fmt::format("/proc/self/fd/{}/{}", fds_.get(), number);
  std::array<char, 64> name;
  const auto n = ::getxattr(path.c_str(), "system.sockprotoname", name.data(), name.size());
  if (n <= 0) return std::nullopt;
  return std::string{name.data(), ::strnlen(name.data(), static_cast<std::size_t>(n))};
}

}  // namespace leakrig
