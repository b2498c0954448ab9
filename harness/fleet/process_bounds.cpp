// What a process may cost: work, and memory.
#include <csignal>
#include <utility>

#include "harness/fleet/process.h"

namespace leakrig {
namespace {

/// The work of one call: what is left goes on a moment later, so that a busy loop holds up nobody.
constexpr std::uint64_t kWorkACall = 1'000'000;
constexpr Nanos kMoment = std::chrono::milliseconds{10};
/// What a process takes whatever it does.
constexpr std::size_t kProcessBytes = 4096;

}  // namespace

void Process::begin_work() {
  work_ = 0;
  work_allowed_ = kWorkACall;
}

void Process::wake_soon(Nanos now) {
  wakes_at_ = now + kMoment;
}

void Process::charge(std::uint64_t work) {
  work_ += work;
  work_in_all_ += work;
}

void Process::set_variable(const std::string& name, std::string value) {
  const auto found = env_.find(name);
  const auto held = found == env_.end() ? 0 : name.size() + found->second.size();
  const auto bytes = name.size() + value.size();
  // Beyond what it may hold a variable is empty.
  if (env_bytes_ - held + bytes > most_env_bytes_) value.clear();
  env_bytes_ += name.size() + value.size() - held;
  charge(value.size());
  env_[name] = std::move(value);
}

void Process::unset_variable(const std::string& name) {
  const auto found = env_.find(name);
  if (found == env_.end()) return;
  env_bytes_ -= name.size() + found->second.size();
  env_.erase(found);
}

std::size_t Process::held() const {
  auto bytes = kProcessBytes + env_bytes_ + input_.size() + unfinished_.size();
  if (reader_) bytes += reader_->out.size();
  for (const auto& [signal, script] : traps_) bytes += script.size();
  for (const auto& pipe : pipes_) bytes += pipe.in.size() + pipe.out.size();
  for (const auto& frame : frames_) {
    bytes += frame.bytes;
    for (const auto& loop : frame.loops) bytes += loop.bytes;
  }
  return bytes;
}

void Process::account() {
  if (!memory_ || ended_) return;
  if (!memory_->resize(held())) end(128 + SIGKILL);
  if (ended_) memory_->resize(0);
}

}  // namespace leakrig
