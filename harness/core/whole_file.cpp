#include "harness/core/whole_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "harness/core/error.h"
#include "harness/core/fd.h"

namespace leakrig {
namespace {

Error cannot_write(const std::filesystem::path& file, int reason) {
  return Error(
      fmt::format("{}: cannot be written: {}", file.string(), std::generic_category().message(reason)));
}

/// 0, or the reason.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? errno : ENOSPC;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

void write_as_it_is(const std::filesystem::path& file, std::string_view text) {
  const UniqueFd fd{::open(file.c_str(), O_WRONLY | O_CLOEXEC)};
  if (const int reason = fd ? write_all(fd.get(), text) : errno; reason != 0)
    throw cannot_write(file, reason);
}

}  // namespace

void write_whole(const std::filesystem::path& file, std::string_view text) {
  std::error_code ec;
  const auto status = std::filesystem::status(file, ec);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
      !std::filesystem::is_directory(status))
    return write_as_it_is(file, text);
  std::filesystem::path target =
      std::filesystem::is_symlink(file, ec) ? std::filesystem::canonical(file, ec) : file;
  if (ec || target.empty()) target = file;

  // Two processes may be writing the same report: each has a name of its own, and the last one stays.
  const std::string partial = fmt::format("{}.{}.partial", target.string(), ::getpid());
  UniqueFd fd{::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  int reason = fd ? write_all(fd.get(), text) : errno;
  fd.reset();
  if (reason == 0 && ::rename(partial.c_str(), target.c_str()) != 0) reason = errno;
  if (reason == 0) return;
  ::unlink(partial.c_str());
  throw cannot_write(file, reason);
}

}  // namespace leakrig
