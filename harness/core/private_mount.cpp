#include "harness/core/private_mount.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <string>
#include <string_view>

namespace leakrig {
namespace {

bool write_text(const char* file, const std::string& text) {
  const int fd = ::open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return written;
}

/// One user and one group, each as it is outside: user_namespaces(7).
bool keep_identity(uid_t user, gid_t group) {
  const auto same = [](auto id) { return std::to_string(id) + " " + std::to_string(id) + " 1"; };
  write_text("/proc/self/setgroups", "deny");  // absent on old kernels, which do not ask for it
  return write_text("/proc/self/uid_map", same(user)) && write_text("/proc/self/gid_map", same(group));
}

bool enter_namespace() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWNS) != 0) {
    if (errno != EPERM || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 || !keep_identity(user, group)) return false;
  }
  return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

std::string through(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

bool make_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

/// The real entry at its name in the copy. One that cannot be had is left out.
void take_over(int real, const std::string& directory, const char* name) {
  const std::string from = through(real) + "/" + name;
  const std::string to = directory + "/" + name;
  struct stat entry {};
  if (::fstatat(real, name, &entry, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (S_ISLNK(entry.st_mode)) {
    std::string target(PATH_MAX, '\0');
    const auto size = ::readlinkat(real, name, target.data(), target.size());
    if (size < 0) return;
    target.resize(static_cast<std::size_t>(size));
    [[maybe_unused]] const int made = ::symlink(target.c_str(), to.c_str());
    return;
  }
  const bool made = S_ISDIR(entry.st_mode) ? ::mkdir(to.c_str(), 0755) == 0 : make_file(to);
  if (made) ::mount(from.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr);
}

/// Puts a copy of `directory` over it, to which entries can be added.
bool make_writable_copy(const std::string& directory) {
  const int real = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (real < 0) return false;
  DIR* entries = ::fdopendir(::dup(real));
  if (entries == nullptr || ::mount("leakrig", directory.c_str(), "tmpfs", 0, "mode=0755") != 0) return false;
  while (const dirent* entry = ::readdir(entries)) {
    const std::string_view name{entry->d_name};
    if (name != "." && name != "..") take_over(real, directory, entry->d_name);
  }
  ::closedir(entries);
  ::close(real);
  return true;
}

/// `path` with its longest existing directory resolved, and how much of it that is.
std::string resolved(const std::string& path, std::size_t& existing) {
  for (auto slash = path.rfind('/'); slash != std::string::npos && slash > 0; slash = path.rfind('/', slash - 1)) {
    char* real = ::realpath(path.substr(0, slash).c_str(), nullptr);
    if (real == nullptr) continue;
    std::string directory{real};
    std::free(real);
    existing = directory.size();
    return directory + path.substr(slash);
  }
  existing = 1;
  return path;
}

bool make_target(const std::string& path, std::size_t existing) {
  if (existing <= 1) {
    errno = ENOENT;
    return false;
  }
  if (!make_writable_copy(path.substr(0, existing))) return false;
  for (auto slash = path.find('/', existing + 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (::mkdir(path.substr(0, slash).c_str(), 0755) != 0) return false;
  }
  return make_file(path);
}

}  // namespace

int mount_privately(const char* source, const char* target) {
  if (!enter_namespace()) return errno;
  const int file = ::open(source, O_PATH | O_CLOEXEC);  // in this namespace: another's mounts cannot be bound
  if (file < 0) return errno;
  std::size_t existing = 0;
  const std::string path = resolved(target, existing);
  struct stat there {};
  if (::stat(path.c_str(), &there) != 0 && !make_target(path, existing)) return errno;
  if (::mount(through(file).c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) return errno;
  ::close(file);
  return 0;
}

}  // namespace leakrig
