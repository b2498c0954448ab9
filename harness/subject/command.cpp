#include "harness/subject/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/units.h"
#include "harness/subject/ready_check.h"

namespace leakrig {
namespace {

constexpr Nanos kDumpTime = std::chrono::seconds{2};

/// Whether a process has a handler of its own for a signal: then the signal does not simply end it.
bool catches(pid_t pid, int signal) {
  std::ifstream status{fmt::format("/proc/{}/status", pid)};
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigCgt:")) continue;
    return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1U) != 0;
  }
  return false;
}

/// The child and its place on the guardian's list, which it leaves when it is gone.
class CommandSubject final : public Subject {
 public:
  CommandSubject(const SpawnOptions& options, Guardian* guardian, int stop_signal, Nanos grace)
      : child_(options), guardian_(guardian), stop_signal_(stop_signal), grace_(grace), group_(child_.pid()) {
    if (guardian_ != nullptr) guardian_->add_group(group_);
  }
  ~CommandSubject() override {
    child_.stop(SIGKILL, Nanos{0});
    if (guardian_ != nullptr) guardian_->forget_group(group_);
  }
  CommandSubject(const CommandSubject&) = delete;
  CommandSubject& operator=(const CommandSubject&) = delete;

  pid_t pid() const override { return group_; }
  pid_t tree_root() const override { return child_.supervisor(); }
  bool alive() override {
    const auto status = child_.poll();
    return !status || (status->clean() && !child_.all_gone());
  }
  std::optional<ExitStatus> poll() override { return alive() ? std::nullopt : child_.poll(); }

  StopReport stop() override {
    StopReport report;
    report.had_ended = !alive();
    const auto stopped = child_.stop(stop_signal_, grace_, [this] { leave_dump(); });
    report.status = stopped.status;
    report.killed = stopped.killed;
    report.left_killed = stopped.left_killed;
    return report;
  }

  /// Whether it ends within `timeout`.
  bool wait(Nanos timeout) {
    const auto status = child_.wait(timeout);
    return status && (!status->clean() || child_.wait_all_gone(timeout));
  }

 private:
  void leave_dump() {
    if (stop_signal_ == SIGQUIT || !catches(group_, SIGQUIT)) return;
    child_.send(SIGQUIT);
    child_.wait(kDumpTime);  // Java goes on after its dump
  }

  ChildProcess child_;
  Guardian* guardian_;
  int stop_signal_;
  Nanos grace_;
  pid_t group_;
};

SpawnOptions resolve(const CommandSpec& spec) {
  SpawnOptions options;
  for (const auto& argument : spec.argv) {
    options.argv.push_back(replace_placeholders(argument, spec.placeholders));
  }
  for (const auto& [name, value] : spec.env)
    options.env[name] = replace_placeholders(value, spec.placeholders);
  options.working_directory = spec.working_directory;
  options.mount_source = spec.mount_source;
  options.mount_target = spec.mount_target;
  options.output = spec.output;
  options.output_limit = spec.output_limit;
  return options;
}

std::uint64_t size_or_zero(const std::filesystem::path& file) {
  std::error_code absent;
  const auto size = std::filesystem::file_size(file, absent);
  return absent ? 0 : size;
}

}  // namespace

StartResult start_command(const CommandSpec& spec, Guardian* guardian, std::stop_token stop) {
  ReadyCheck check = spec.ready;
  check.what = replace_placeholders(check.what, spec.placeholders);
  const auto output_from = size_or_zero(spec.output);
  const auto watch = watch_for_ready(check, spec.output);
  auto subject = std::make_unique<CommandSubject>(resolve(spec), guardian, spec.stop_signal, spec.grace);

  constexpr std::chrono::milliseconds kLook{10};  // a death ends the wait at once
  const SystemClock clock;
  const Nanos deadline = clock.monotonic() + check.timeout;
  while (!watch->ready()) {
    if (subject->wait(kLook)) return DiedEarly{*subject->poll(), tail_of(spec.output, output_from)};
    if (stop.stop_requested()) {
      subject->stop();
      return StartInterrupted{};
    }
    if (clock.monotonic() >= deadline) {
      const auto stopped = subject->stop();
      return NeverReady{fmt::format("not ready within {}: waited for {}{}", humanize_duration(check.timeout),
                                    describe(check), stopped.killed ? "; then it had to be killed" : ""),
                        tail_of(spec.output, output_from)};
    }
  }
  return subject;
}

std::string replace_placeholders(const std::string& text,
                                 const std::map<std::string, std::string>& placeholders) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = text.find('{', at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) break;
    const auto found = placeholders.find(text.substr(open + 1, close - open - 1));
    if (found == placeholders.end()) {
      out.append(text, at, open + 1 - at);
      at = open + 1;
    } else {
      out.append(text, at, open - at).append(found->second);
      at = close + 1;
    }
  }
  return out.append(text, at, std::string::npos);
}

}  // namespace leakrig
