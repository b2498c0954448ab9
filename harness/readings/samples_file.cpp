#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "harness/core/error.h"
#include "harness/core/fd.h"
#include "harness/readings/text_input.h"

namespace leakrig {
namespace {

constexpr int kPatienceMs = 10'000;
constexpr long kPipeFileSystem = 0x50495045;  // PIPEFS_MAGIC of linux/magic.h

/// Reads from a descriptor that it owns, or from standard input.
class DescriptorSource final : public ByteSource {
 public:
  DescriptorSource(int fd, UniqueFd owned, std::string name, bool may_be_silent)
      : fd_(fd), owned_(std::move(owned)), name_(std::move(name)), may_be_silent_(may_be_silent) {}

  std::size_t read(char* to, std::size_t most) override {
    for (;;) {
      if (!may_be_silent_) wait();
      const ssize_t got = ::read(fd_, to, most);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno == EINTR || errno == EAGAIN) continue;
      throw UsageError(fmt::format("{}: cannot be read: {}", name_, std::strerror(errno)));
    }
  }

  std::size_t expected_bytes() const override {
    struct stat kind {};
    return ::fstat(fd_, &kind) == 0 && S_ISREG(kind.st_mode) ? static_cast<std::size_t>(kind.st_size) : 0;
  }

 private:
  void wait() const {
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, kPatienceMs) == 0) {
      throw UsageError(fmt::format(
          "{}: a named pipe into which nobody has written for {} s; pipe into `leakrig analyze -` instead",
          name_, kPatienceMs / 1000));
    }
  }

  int fd_;
  UniqueFd owned_;
  std::string name_;
  bool may_be_silent_;
};

bool is_anonymous_pipe(int fd) {
  struct statfs system {};
  return ::fstatfs(fd, &system) == 0 && system.f_type == kPipeFileSystem;
}

std::string problem_of(mode_t mode) {
  if (S_ISDIR(mode))
    return "a directory; for a run's own directory use `leakrig report`, or name the file in it";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device, not a file of samples";
  if (S_ISSOCK(mode)) return "a socket, not a file of samples";
  return {};
}

}  // namespace

std::unique_ptr<ByteSource> open_samples(const std::string& path) {
  if (path == "-")
    return std::make_unique<DescriptorSource>(STDIN_FILENO, UniqueFd{}, "standard input", true);
  struct stat kind {};
  if (::stat(path.c_str(), &kind) != 0)
    throw UsageError(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
  if (const auto problem = problem_of(kind.st_mode); !problem.empty())
    throw UsageError(fmt::format("{}: {}", path, problem));
  // Without O_NONBLOCK opening a named pipe waits for ever for a writer.
  UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file) throw UsageError(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
  const int fd = file.get();
  const bool named_pipe = S_ISFIFO(kind.st_mode) && !is_anonymous_pipe(fd);
  if (!named_pipe) ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  return std::make_unique<DescriptorSource>(fd, std::move(file), path, !named_pipe);
}

}  // namespace leakrig
