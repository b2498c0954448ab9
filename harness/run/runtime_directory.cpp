#include "harness/run/runtime_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "harness/core/error.h"

namespace leakrig {
namespace {

constexpr const char* kOwner = "owner";  // locked for as long as the rig that made the directory lives

/// Locks `file` unless another process has it locked.
UniqueFd locked(const std::filesystem::path& file, int flags) {
  UniqueFd fd{::open(file.c_str(), flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) fd.reset();
  return fd;
}

/// What a rig left that was killed together with its guardian: directories of this user whose owner's lock
/// is free.
void remove_stale(const std::filesystem::path& base) {
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry{base, ignored}, none; !ignored && entry != none;
       entry.increment(ignored)) {
    if (!entry->path().filename().string().starts_with("leakrig-")) continue;
    struct stat owner {};
    const auto lock = entry->path() / kOwner;
    if (::lstat(lock.c_str(), &owner) != 0 || !S_ISREG(owner.st_mode) || owner.st_uid != ::geteuid())
      continue;
    std::error_code kept;
    if (const UniqueFd held = locked(lock, 0)) std::filesystem::remove_all(entry->path(), kept);
  }
}

}  // namespace

RuntimeDirectory::RuntimeDirectory(Guardian& guardian) : guardian_(guardian) {
  std::error_code ec;
  std::filesystem::path base = std::filesystem::temp_directory_path(ec);
  constexpr std::size_t kSocketName = sizeof "/leakrig-XXXXXX/docker.sock";
  if (ec || base.string().size() + kSocketName > sizeof(sockaddr_un::sun_path)) base = "/tmp";
  remove_stale(base);
  std::string pattern = (base / "leakrig-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(fmt::format("cannot make a directory in {}: {}", base.string(),
                            std::generic_category().message(errno)));
  }
  path_ = pattern;
  guardian_.add_directory(path_);
  // Locked before it has the name by which it is looked for.
  const auto unnamed = path_ / "owner.new";
  owner_ = locked(unnamed, O_CREAT);
  std::filesystem::rename(unnamed, path_ / kOwner, ec);
}

RuntimeDirectory::~RuntimeDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  guardian_.forget_directory(path_);
}

}  // namespace leakrig
