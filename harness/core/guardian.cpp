#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <set>
#include <system_error>

#include "harness/core/error.h"
#include "harness/core/process.h"

namespace leakrig {
namespace {

constexpr char kAddGroup = 'G';
constexpr char kForgetGroup = 'g';
constexpr char kAddDirectory = 'D';
constexpr char kForgetDirectory = 'd';

/// The guardian's life: keep the lists until the pipe closes, then tidy up.
[[noreturn]] void guard(int pipe) {
  ::setsid();  // a Ctrl-C in the terminal is for the rig
  ::prctl(PR_SET_NAME, "leakrig-guard");
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_IGN);
  std::set<std::string> groups;
  std::set<std::string> directories;
  std::string pending;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto n = ::read(pipe, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    pending.append(buffer.data(), static_cast<std::size_t>(n));
    for (auto end = pending.find('\0'); end != std::string::npos; end = pending.find('\0')) {
      const char verb = pending[0];
      const auto what = pending.substr(1, end - 1);
      pending.erase(0, end + 1);
      if (verb == kAddGroup) groups.insert(what);
      if (verb == kForgetGroup) groups.erase(what);
      if (verb == kAddDirectory) directories.insert(what);
      if (verb == kForgetDirectory) directories.erase(what);
    }
  }
  for (const auto& group : groups) ::kill(-std::stoi(group), SIGKILL);
  for (const auto& directory : directories) {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
  ::_exit(0);
}

}  // namespace

Guardian::Guardian() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw Error("cannot make a pipe: " + std::generic_category().message(errno));
  UniqueFd read_end{ends[0]};
  pipe_.reset(ends[1]);
  pid_ = ::fork();
  if (pid_ < 0) throw Error("cannot fork: " + std::generic_category().message(errno));
  if (pid_ == 0) {
    pipe_.reset();
    guard(read_end.get());
  }
}

Guardian::~Guardian() {
  pipe_.reset();
  ::waitpid(pid_, nullptr, 0);
}

void Guardian::send(char verb, const std::string& what) {
  std::string message{verb};
  message += what;
  message += '\0';
  [[maybe_unused]] const auto n = ::write(pipe_.get(), message.data(), message.size());
}

void Guardian::add_group(pid_t group) {
  send(kAddGroup, std::to_string(group));
}
void Guardian::forget_group(pid_t group) {
  send(kForgetGroup, std::to_string(group));
}
void Guardian::add_directory(const std::filesystem::path& directory) {
  send(kAddDirectory, directory.string());
}
void Guardian::forget_directory(const std::filesystem::path& directory) {
  send(kForgetDirectory, directory.string());
}

}  // namespace leakrig
